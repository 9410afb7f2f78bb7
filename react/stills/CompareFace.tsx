// A face of the picture with the reference photos of a character beside it.

import type { Still, StillPicture } from '../../client/index.ts';
import { Beside } from '../review/Beside.tsx';
import { RefusedNotice } from '../review/RefusedNotice.tsx';
import { texts } from '../texts.ts';
import { Field } from '../ui/Field.tsx';
import { FaceClose } from './FaceClose.tsx';
import type { FaceChoice } from './face-choice.ts';
import type { ComparedReferences } from './use-compared.ts';
import './CompareFace.css';

const t = texts.stills.compare;

interface CompareFaceProps {
  still: Still;
  picture: StillPicture;
  choice: FaceChoice;
  /** Who the face is. */
  name: string;
  compared: ComparedReferences;
  onMember: (member: number) => void;
}

export function CompareFace({ still, picture, choice, name, compared, onMember }: CompareFaceProps) {
  const { references, place, turn, error } = compared;
  return (
    <section className="lk-compare" aria-label={t.label}>
      {still.cast.length > 1 ? (
        <Field label={t.with}>
          {(field) => (
            <select {...field} value={choice.member} onChange={({ target }) => onMember(Number(target.value))}>
              {still.cast.map((member, index) => (
                <option key={member.characterId} value={index}>
                  {member.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      ) : null}
      <RefusedNotice error={error} />
      <div className="lk-compare-pair">
        <figure>
          {choice.face === undefined ? (
            <p className="lk-soft lk-small lk-compare-none">{t.noFace}</p>
          ) : (
            <>
              <FaceClose picture={picture} face={choice.face} alt={t.face(name)} />
              <figcaption className="lk-full-caption">{name}</figcaption>
            </>
          )}
        </figure>
        {references ? <Beside references={references} place={place} onTurn={turn} /> : null}
      </div>
    </section>
  );
}
