// The reference photos, beside the tests on a wide screen and above them on a narrow one.

import { Picture } from '../parts/Picture.tsx';
import { texts } from '../texts.ts';
import type { ReferencePhoto } from './references.ts';
import './ReferenceStrip.css';

const t = texts.review;

export function ReferenceStrip({ references }: { references: readonly ReferencePhoto[] }) {
  return (
    <aside className="lk-references" aria-label={t.references}>
      <h3>{t.references}</h3>
      {references.length === 0 ? <p className="lk-soft lk-small">{t.referencesGone}</p> : null}
      {/* It scrolls sideways on a phone, so the keyboard has to be able to reach it. */}
      <ul className="lk-references-list" aria-label={t.references} tabIndex={references.length > 0 ? 0 : undefined}>
        {references.map(({ identityId, photoId, heldOut }, index) => (
          <li key={photoId}>
            <figure>
              <Picture source={{ identityId, photoId }} alt={t.reference(index + 1, references.length)} />
              {heldOut ? (
                <figcaption className="lk-soft lk-small" title={t.heldOutHint}>
                  {t.heldOut}
                </figcaption>
              ) : null}
            </figure>
          </li>
        ))}
      </ul>
    </aside>
  );
}
