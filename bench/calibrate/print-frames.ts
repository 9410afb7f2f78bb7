// The report on labelled frames, as lines.

import type { FramesReport } from './frame-checks.ts';

export interface FramesRun extends FramesReport {
  /** The characters, and with how many references. */
  people: { name: string; references: number }[];
  /** Milliseconds of processor time a face, the median of the frames. */
  cpuPerFace: number | undefined;
}

const share = (part: number, of: number): string =>
  of === 0 ? `${part} of 0` : `${part} of ${of}, ${((100 * part) / of).toFixed(1)} %`;

export function frameLines(report: FramesRun): string[] {
  const { people, frames, left, cast, strangers, findings } = report;
  const rows = Object.entries(findings).map(([code, { expected, hits, falseAlarms }]) => [
    code,
    expected === 0 ? '–' : `${hits} of ${expected}`,
    String(falseAlarms),
  ]);
  return [
    `${frames - left.length} frames, limits ${report.calibration}`,
    `cast: ${people.map(({ name, references }) => `${name} (${references})`).join(', ')}`,
    '',
    'faces of the cast',
    `  assigned right   ${share(cast.right, cast.faces)}`,
    `  assigned wrong   ${share(cast.wrong, cast.faces)}`,
    `  left open        ${share(cast.open, cast.faces)}`,
    'faces of somebody else',
    `  told             ${share(strangers.told, strangers.faces)}`,
    `  left open        ${share(strangers.open, strangers.faces)}`,
    `  taken for cast   ${share(strangers.taken, strangers.faces)}`,
    '',
    ...table(['finding', 'hits', 'false alarms'], rows),
    '',
    `${report.checks} checks; wrong without any finding: ${report.silent}`,
    ...(report.cpuPerFace === undefined ? [] : [`CPU a face: ${Math.round(report.cpuPerFace)} ms (median)`]),
    ...report.errors.map((error) => `WRONG  ${error}`),
    ...(left.length === 0 ? [] : ['', 'left out:', ...left.map(({ name, reason }) => `  ${name}: ${reason}`)]),
  ];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  return [header, ...rows].map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
