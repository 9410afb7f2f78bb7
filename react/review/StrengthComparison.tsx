// A round that missed the gate was tried with other reference strengths: what each reached, and their images side by side.

import { useId, useState } from 'react';
import type { Identity, Rescore } from '../../client/types.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import { Picture } from '../parts/Picture.tsx';
import { texts } from '../texts.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { scoreText } from './score-text.ts';
import { anewOf, olderVersion } from './score-version.ts';
import { hasPicture, type ImageSet, tilesOf } from './tiles.ts';
import '../ui/Table.css';
import './StrengthComparison.css';

const t = texts.review.strengths;

type Try = Identity['tries'][number];
type Shown = Try & Pick<ImageSet, 'older' | 'anew'>;

interface StrengthComparisonProps {
  tries: readonly Try[];
  /** The one whose images are decided on. */
  chosen: number;
  trying: number | undefined;
  /** What the newest version made of images that an older one scored. */
  rescore: Rescore | undefined;
}

export function StrengthComparison({ tries, chosen, trying, rescore }: StrengthComparisonProps) {
  const [shown, setShown] = useState(false);
  const images = useId();
  const byStrength = tries
    .map((one): Shown => ({ ...one, older: olderVersion(one.scores), anew: anewOf(one.images, rescore) }))
    .toSorted((a, b) => a.strength - b.strength);
  return (
    <section className="lk-strengths" aria-label={t.heading}>
      <h3>{t.heading}</h3>
      <p className="lk-soft">{t.lead}</p>
      {trying === undefined ? null : <p role="status">{t.trying(trying)}</p>}
      <table className="lk-table lk-numbers">
        <thead>
          <tr>
            <th scope="col">{t.column}</th>
            <th scope="col">{t.mean}</th>
            <th scope="col">{t.worst}</th>
            <th scope="col">{t.scored}</th>
            <th scope="col">{t.target}</th>
          </tr>
        </thead>
        <tbody>
          {byStrength.map((one) => (
            <StrengthRow key={one.strength} one={one} isChosen={one.strength === chosen} />
          ))}
        </tbody>
      </table>
      <Button size="small" aria-expanded={shown} aria-controls={images} onClick={() => setShown(!shown)}>
        {shown ? t.hide : t.show}
      </Button>
      <div id={images}>{shown ? <SideBySide tries={byStrength} /> : null}</div>
    </section>
  );
}

function StrengthRow({ one, isChosen }: { one: Shown; isChosen: boolean }) {
  const { strength, anew } = one;
  const scores = anew?.scores ?? one.scores;
  const older = olderVersion(scores);
  const number = (score: number | undefined) => (score === undefined ? '–' : scoreText(score));
  return (
    <tr data-strength={strength}>
      <th scope="row">
        {strength} {isChosen ? <Badge tone="accent">{t.chosen}</Badge> : null}
      </th>
      <td>{number(scores.mean)}</td>
      <td>{number(scores.worst)}</td>
      <td>{texts.review.summary.scoredOf(scores.scorable, scores.of)}</td>
      <td>
        {older === undefined ? (
          <Badge tone={scores.passed ? 'good' : 'warn'}>{scores.passed ? t.reached : t.missed}</Badge>
        ) : (
          <Badge>{texts.review.older.short(older)}</Badge>
        )}
      </td>
    </tr>
  );
}

function SideBySide({ tries }: { tries: readonly Shown[] }) {
  const columns = tries.map((one) => ({ strength: one.strength, tiles: tilesOf(one) }));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways on a phone (axe: scrollable-region-focusable).
    <section className="lk-table-scroll" tabIndex={0} aria-label={t.sideBySide}>
      <table className="lk-table lk-side-by-side">
        <thead>
          <tr>
            <th scope="col">{t.type}</th>
            {columns.map(({ strength }) => (
              <th key={strength} scope="col">
                {t.at(strength)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {TEST_TYPES.map((type) => (
            <tr key={type}>
              <th scope="row">{texts.review.types[type]}</th>
              {columns.map(({ strength, tiles }) => {
                const tile = tiles.find((one) => one.type === type);
                const alt = t.image(texts.review.types[type], strength);
                return (
                  <td key={strength}>
                    <Picture source={tile && hasPicture(tile) ? { imageId: tile.imageId } : undefined} alt={alt} />
                    <span className="lk-small lk-numbers">
                      {tile?.state === 'scored' ? scoreText(tile.score) : texts.review.notScored}
                    </span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
