// The details panels of a batch and of a still in the Temporal Web UI, in Markdown. Numbers and verdicts: no name, no
// prompt.

import { type CheckedPass, findingsOf } from '../domain/stills/best-picture.ts';
import type { StillCounts, StillEnd } from '../domain/stills/steps.ts';
import { STILL_END_STATES } from '../domain/stills/still.ts';

/** `drawing`: the numbers of the stills that are under way. */
export function batchDetails(stills: number, counts: StillCounts, drawing: readonly number[]): string {
  const ended = STILL_END_STATES.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  const rows = STILL_END_STATES.map((state) => `| ${state} | ${counts[state] ?? 0} |`);
  const lines = [`### ${ended} of ${stills} stills`, ['| end | stills |', '| --- | --- |', ...rows].join('\n')];
  if (drawing.length > 0) lines.push(`Under way: ${[...drawing].sort((a, b) => a - b).join(', ')}.`);
  return lines.join('\n\n');
}

/** `now`: what is done at the moment, or how it ended. */
export function stillDetails(now: string | StillEnd, history: readonly CheckedPass[]): string {
  const lines = [`### ${typeof now === 'string' ? now : endText(now)}`];
  if (typeof now !== 'string' && now.reason !== undefined) lines.push(now.reason);
  if (history.length > 0) {
    const rows = history.map((passed) => {
      const { pass, repair, made, check } = passed;
      const findings = findingsOf(passed).map(({ code }) => code);
      const scores = check.faces.flatMap(({ score }) => score ?? []);
      const work = pass.kind === 'draw' ? 'draw' : `repaint of ${pass.faces.length}`;
      return `| ${made.number} | ${repair ? `${work}, a repair` : work} | ${scores.join(', ')} | ${findings.join(', ')} |`;
    });
    lines.push(['| picture | pass | likeness | findings |', '| --- | --- | --- | --- |', ...rows].join('\n'));
  }
  return lines.join('\n\n');
}

function endText({ state, best, repairs }: StillEnd): string {
  const kept = best === undefined ? 'without a picture' : `picture ${best} is kept`;
  return `${state}: ${kept}, ${repairs} repairs`;
}
