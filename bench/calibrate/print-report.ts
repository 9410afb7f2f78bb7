// A calibration report as lines for a terminal.

import type { CalibrationReport, JudgedConstants, Threshold } from './report.ts';
import type { Rate } from './statistics.ts';

/** Lines to print, without their ends. */
export function linesOf(report: CalibrationReport): string[] {
  const { photos, pairs, rocAuc, distances, shipped, fitted, hardest } = report;
  return [
    ...report.sources.map((source) => row('data', source)),
    row('detector', report.pipeline.detector),
    row('descriptor', report.pipeline.descriptor),
    row('persons', String(report.persons)),
    row('photos', `${photos.given}, ${photos.scorable} with one face that can be scored`),
    ...photos.left.map(({ name, reason }) => row('', `${name}: ${reason}`)),
    row('pairs', `${pairs.genuine} of one person (${pairs.genuinePersons} persons), ${pairs.impostor} of two people`),
    ...(pairs.notMeasured > 0 ? [row('', `${pairs.notMeasured} not measured`)] : []),
    row('ROC AUC', `${digits(rocAuc.value, 5)} (95 %: ${digits(rocAuc.low, 5)}–${digits(rocAuc.high, 5)})`),
    row('', `bootstrap over persons, ${rocAuc.draws} draws`),
    '',
    row('distance', '   min     p5  median   p95    max'),
    row('one person', spread(distances.genuine)),
    row('two people', spread(distances.impostor)),
    '',
    ...constantsRows('shipped', shipped),
    ...(fitted
      ? constantsRows('fitted', fitted)
      : [row('fitted', 'none: pairs of two people lie as close as pairs of one. Look at the closest pairs below')]),
    '',
    row(
      'one person, far',
      hardest.genuine.map(({ a, b, distance }) => `${digits(distance)}  ${a}  ${b}`),
    ),
    row(
      'two people, near',
      hardest.impostor.map(({ a, b, distance }) => `${digits(distance)}  ${a}  ${b}`),
    ),
    '',
    verdict(report),
  ];
}

const LABEL_WIDTH = 18;

function row(label: string, value: string | readonly string[]): string {
  const [first = '', ...rest] = typeof value === 'string' ? [value] : value;
  return [label.padEnd(LABEL_WIDTH) + first, ...rest.map((line) => ' '.repeat(LABEL_WIDTH) + line)].join('\n');
}

const digits = (value: number, places = 3): string => value.toFixed(places);

const spread = ({ min, p5, median, p95, max }: CalibrationReport['distances']['genuine']): string =>
  [min, p5, median, p95, max].map((value) => digits(value).padStart(6)).join(' ');

function constantsRows(label: string, { version, centre, slope, at85, at50 }: JudgedConstants): string[] {
  return [
    row(label, `${version}: centre ${digits(centre, 4)}, slope ${digits(slope, 4)}`),
    ...thresholdRows(85, at85),
    ...thresholdRows(50, at50),
  ];
}

function thresholdRows(score: number, { distance, passed, falseAccepts }: Threshold): string[] {
  return [
    row(`  ${score} at ${digits(distance)}`, `pass          ${share(passed)}`),
    row('', `false accepts ${share(falseAccepts)}`),
  ];
}

const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;

const share = ({ count, of, share: value, low, high }: Rate): string =>
  `${count} of ${of}, ${percent(value)} (95 %: ${percent(low)}–${percent(high)})`;

function verdict({ shipped, shippedHolds, fitted }: CalibrationReport): string {
  if (shippedHolds) return `${shipped.version} holds on these photos.`;
  if (fitted)
    return `${shipped.version} does not hold on these photos. Check the labels of the pairs above; if they are right, give domain/score.ts the fitted constants and a new version.`;
  return `Neither ${shipped.version} nor any other constants hold on these photos. Check the labels of the pairs above.`;
}
