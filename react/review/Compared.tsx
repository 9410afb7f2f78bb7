// What a score rests on: the reference whose distance it is made of, with the nearest and the farthest one, so that a
// person can judge what the number judged.

import type { ComparedReference } from '../../domain/score.ts';
import { Picture } from '../parts/Picture.tsx';
import { texts } from '../texts.ts';
import { placeOf, type ReferencePhoto } from './references.ts';
import { scoreText } from './score-text.ts';
import type { Tile } from './tiles.ts';
import './Compared.css';

const t = texts.review.compared;

const PLACES = ['nearest', 'median', 'farthest'] as const;

interface ComparedProps {
  tile: Tile;
  references: readonly ReferencePhoto[];
  /** Lays a reference beside the image; without it they are only shown. */
  onPick?: (place: number) => void;
  /** The place of the reference that lies beside the image now. */
  beside?: number;
}

/** Nothing for an image without a score, and for a score that does not name its references. */
export function Compared({ tile, references, onPick, beside }: ComparedProps) {
  const compared = tile.state === 'scored' ? tile.compared : undefined;
  if (!compared) return null;
  return (
    <ul className="lk-compared" aria-label={t.label}>
      {PLACES.map((which) => {
        const place = placeOf(compared[which].photoId, references);
        const words = <Words which={which} reference={compared[which]} place={place} references={references} />;
        return (
          <li key={which} data-compared={which}>
            {onPick && place >= 0 ? (
              <button type="button" aria-pressed={place === beside} onClick={() => onPick(place)}>
                {words}
              </button>
            ) : (
              <figure>{words}</figure>
            )}
          </li>
        );
      })}
    </ul>
  );
}

interface WordsProps extends Pick<ComparedProps, 'references'> {
  which: (typeof PLACES)[number];
  reference: ComparedReference;
  place: number;
}

/** The picture has no words of its own: what is said below it names it. */
function Words({ which, reference: { score, distance }, place, references }: WordsProps) {
  const known = references[place];
  return (
    <>
      <Picture source={known && { identityId: known.identityId, photoId: known.photoId }} alt="" />
      <span className="lk-compared-words lk-small" title={t.hint[which]}>
        <span>{t[which]}</span>
        <span className="lk-only-read">{known ? texts.review.reference(place + 1, references.length) : t.gone}</span>
        <span className="lk-numbers lk-compared-score">{scoreText(score)}</span>
        <span className="lk-soft lk-numbers">{t.distance(distance)}</span>
      </span>
    </>
  );
}
