// The reference photo beside a test image, and a way to the other ones.

import { Picture } from '../parts/Picture.tsx';
import { texts } from '../texts.ts';
import { Icon } from '../ui/Icon.tsx';
import type { ReferencePhoto } from './references.ts';

const t = texts.review;

interface BesideProps {
  references: readonly ReferencePhoto[];
  place: number;
  onTurn: (by: 1 | -1) => void;
}

export function Beside({ references, place, onTurn }: BesideProps) {
  const reference = references[place];
  if (!reference) return <p className="lk-soft lk-small">{t.referencesGone}</p>;
  const { identityId, photoId } = reference;
  const name = t.reference(place + 1, references.length);
  return (
    <figure className="lk-full-picture" data-reference={photoId}>
      <Picture source={{ identityId, photoId }} alt={name} fit="contain" />
      <figcaption className="lk-full-caption">
        <span>
          {name}
          {reference.heldOut ? <span className="lk-soft"> · {t.heldOut}</span> : null}
        </span>
        <span className="lk-full-turn">
          <button type="button" aria-label={t.full.previousReference} onClick={() => onTurn(-1)}>
            <Icon name="left" />
          </button>
          <button type="button" aria-label={t.full.nextReference} onClick={() => onTurn(1)}>
            <Icon name="right" />
          </button>
        </span>
      </figcaption>
    </figure>
  );
}
