// The numbers of the chart, for whoever reads and does not look.

import type { StillsReport } from '../../client/index.ts';
import { scoreText } from '../review/score-text.ts';
import { texts } from '../texts.ts';
import '../ui/Table.css';

const t = texts.stills.report;

export function DriftTable({ characters }: Pick<StillsReport, 'characters'>) {
  const numbers = [...new Set(characters.flatMap(({ appearances }) => appearances.map(({ number }) => number)))];
  const scores = characters.map(({ characterId, appearances }) => ({
    characterId,
    byNumber: new Map(appearances.map((appearance) => [appearance.number, appearance])),
  }));
  return (
    <details className="lk-drift-table">
      <summary>{t.asTable}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard (axe: scrollable-region-focusable). */}
      <section className="lk-table-scroll" tabIndex={0} aria-label={t.table}>
        <table className="lk-table lk-table-tight">
          <thead>
            <tr>
              <th scope="col">{t.still}</th>
              {characters.map(({ characterId, name }) => (
                <th key={characterId} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {numbers
              .sort((a, b) => a - b)
              .map((number) => (
                <tr key={number}>
                  <th scope="row" className="lk-numbers">
                    {number}
                  </th>
                  {scores.map(({ characterId, byNumber }) => (
                    <td key={characterId} className="lk-numbers">
                      {cell(byNumber.get(number))}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

function cell(appearance: { score?: number | undefined } | undefined): string {
  if (!appearance) return t.notInIt;
  return appearance.score === undefined ? t.noScore : scoreText(appearance.score);
}
