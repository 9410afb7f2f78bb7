// The faces of a picture with their names and scores, from left to right.

import type { Still, StillPicture } from '../../client/index.ts';
import { texts } from '../texts.ts';
import { type CheckedFace, faceName, faceTone, faceWords } from './still-view.ts';
import './FaceList.css';

interface FaceListProps {
  still: Still;
  picture: StillPicture;
  names: ReadonlyMap<string, string>;
  /** The face that is compared, and what hears of another one. */
  chosen?: number | undefined;
  onChoose?: (face: number) => void;
}

export function FaceList({ still, picture: { check }, names, chosen, onChoose }: FaceListProps) {
  if (!check || check.faces.length === 0) return null;
  return (
    <ul className="lk-faces" aria-label={texts.stills.faces}>
      {check.faces.map((face, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the faces of a picture never change.
        <li key={index} data-tone={faceTone(face, index, check.findings)}>
          {onChoose ? (
            <button type="button" aria-pressed={index === chosen} onClick={() => onChoose(index)}>
              <Words face={face} name={faceName(face, still, names)} />
            </button>
          ) : (
            <Words face={face} name={faceName(face, still, names)} />
          )}
        </li>
      ))}
    </ul>
  );
}

function Words({ face, name }: { face: CheckedFace; name: string }) {
  return (
    <>
      <span className="lk-faces-name">{name}</span> <span className="lk-numbers lk-faces-words">{faceWords(face)}</span>
    </>
  );
}
