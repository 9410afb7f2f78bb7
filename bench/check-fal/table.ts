// The report as a table for a terminal: what differs is marked.

import type { Answer, Facts } from './answer.ts';
import type { FalReport, Row } from './check.ts';

/** Characters. */
const WIDTHS = [30, 40, 40, 9] as const;
const RULE = WIDTHS.map((width) => '─'.repeat(width)).join('─┼─');

export function linesOf({ asked, rows, maxUsd, billedUsd, spentAtMostUsd }: FalReport): string[] {
  const head = ['question', `what ${asked} answered`, 'what the sandbox answers', ''].map((text) => [text]);
  return [
    ...lineUp(head),
    ...rows.flatMap((row) => [RULE, ...lineUp(cellsOf(row))]),
    '',
    `Billed: $${billedUsd}. Spent at most: $${spentAtMostUsd} of $${maxUsd}.`,
    ...(rows.some(({ verdict }) => verdict === 'differs')
      ? ['Where it differs, correct the setting (docs/money.md) or the sandbox, and tell us.']
      : []),
  ];
}

function cellsOf({ question, fal, sandbox, verdict }: Row): string[][] {
  const other = (answer: Answer): Facts | undefined =>
    verdict === 'differs' && answer.kind === 'answered' ? answer.facts : undefined;
  return [[question], cellOf(fal, other(sandbox)), cellOf(sandbox, other(fal)), [verdict]];
}

function cellOf(answer: Answer, other: Facts | undefined): string[] {
  if (answer.kind !== 'answered') return [`${answer.kind.replace('_', ' ')}: ${answer.why}`];
  const facts = Object.entries(answer.facts).map(([name, value]) => {
    const mark = other !== undefined && other[name] !== value ? '≠ ' : '';
    return `${mark}${name}: ${value}`;
  });
  return [...facts, ...answer.notes.map((note) => `(${note})`)];
}

/** Cells beside each other, each broken into lines of its column's width. */
function lineUp(cells: readonly (readonly string[])[]): string[] {
  const broken = cells.map((texts, at) => texts.flatMap((text) => breakUp(text, WIDTHS[at] ?? 0)));
  const height = Math.max(...broken.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    broken
      .map((lines, at) => (lines[line] ?? '').padEnd(WIDTHS[at] ?? 0))
      .join(' │ ')
      .trimEnd(),
  );
}

function breakUp(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((long) => long.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [])) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
