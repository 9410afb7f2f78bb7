// The details panel of the Temporal Web UI: the run's status in Markdown, and the exact command that continues it.

import type { IdentityState } from '../domain/identity-state.ts';
import { STAGE_TEXT } from '../domain/stage.ts';

/** `workflowId`: of the run itself, which the commands name. */
export function details(state: IdentityState, workflowId: string): string {
  const lines = [
    `### ${STAGE_TEXT[state.stage]}`,
    `Stage \`${state.stage}\` since ${state.stageSince}, revision ${state.revision}.`,
  ];
  if (state.failure) lines.push(`**${state.failure.code}**: ${state.failure.message}`);
  if (state.photoProblem) lines.push(`**Photos**: ${state.photoProblem.message}`);
  for (const photo of state.photos) {
    for (const finding of photo.findings) lines.push(`- photo \`${photo.photoId}\`: ${finding.message}`);
  }
  lines.push(...scoreTable(state), ...triesTable(state), ...nextStep(state, workflowId));
  return lines.join('\n\n');
}

function scoreTable({ images, scores, round }: IdentityState): string[] {
  if (!scores) return [];
  const rows = images.map(({ type, score }) => `| ${type} | ${score ? scoreText(score) : ''} |`);
  const mean = scores.mean === undefined ? 'none could be scored' : `mean ${scores.mean}, worst ${scores.worst}`;
  const gate = scores.passed ? 'the gate is passed' : `the gate is missed (${scores.missed.join(', ')})`;
  return [
    `**Round ${round}**, scored by ${scores.calibration}: ${mean}, ${scores.scorable} of ${scores.of} scorable; ${gate}.`,
    ['| test image | likeness |', '| --- | --- |', ...rows].join('\n'),
  ];
}

function triesTable({ tries, trying, referenceStrength }: IdentityState): string[] {
  if (tries.length === 0) return [];
  const now = trying === undefined ? '' : ` Strength ${trying} is being tried.`;
  const rows = tries.map(({ strength, scores: { mean, worst, scorable, of, passed } }) => {
    const likeness = mean === undefined ? 'none could be scored' : `mean ${mean}, worst ${worst}`;
    return `| ${strength} | ${likeness} | ${scorable} of ${of} | ${passed ? 'passed' : 'missed'} |`;
  });
  return [
    `The images above are of the best try, with reference strength ${referenceStrength}.${now}`,
    ['| strength | likeness | scorable | gate |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  ];
}

function scoreText(score: NonNullable<IdentityState['images'][number]['score']>): string {
  return score.state === 'scored' ? String(score.score) : `not scorable: ${score.reason}`;
}

function nextStep(state: IdentityState, workflowId: string): string[] {
  const workflow = `--workflow-id ${workflowId}`;
  switch (state.stage) {
    case 'awaiting_approval':
      return [
        `Approve:`,
        command(`signal ${workflow} --name approveIdentity --input '{"round":${state.round}}'`),
        `Reject (next: regenerate, retrain or abandon):`,
        command(
          `signal ${workflow} --name rejectIdentity --input '{"round":${state.round},"next":"regenerate","reason":"…"}'`,
        ),
      ];
    case 'needs_photos':
      return [
        'Replace the photos that are listed:',
        command(`update execute ${workflow} --name replacePhotos --input '{"photoIds":["…","…","…"]}'`),
      ];
    case 'needs_operator':
      return state.unclearCalls.flatMap((callKey) => [
        `Look \`${callKey}\` up at the provider, then report the outcome (adopt with its requestId, not_charged, or give_up):`,
        command(
          `update execute ${workflow} --name settleCall --input '{"callKey":"${callKey}","by":"…","outcome":"not_charged"}'`,
        ),
      ]);
    default:
      return [];
  }
}

/** One option on each line: the panel is narrow, and a shell accepts it. */
function command(rest: string): string {
  return `\`\`\`\ntemporal workflow ${rest.replaceAll(' --', ' \\\n  --')}\n\`\`\``;
}
