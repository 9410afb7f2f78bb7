// A calibration report as lines for a terminal.

import type { Row, Threshold } from './figures.ts';
import type { CalibrationReport, JudgedConstants } from './report.ts';
import type { Rate } from './statistics.ts';

/** Lines to print, without their ends. */
export function linesOf(report: CalibrationReport): string[] {
  const { photos, parts, distances, shipped, fitted, hardest } = report;
  const counts = ({ persons, photos: given, genuine, impostor }: CalibrationReport['parts']['fit']): string =>
    `${persons} persons, ${given} photos, ${genuine} pairs of one person, ${impostor} of two people`;
  return [
    ...report.sources.map((source) => row('data', source)),
    row('detector', report.pipeline.detector),
    row('descriptor', report.pipeline.descriptor),
    row('persons', String(report.persons)),
    row('photos', `${photos.given}, ${photos.scorable} with one face that can be scored`),
    ...(photos.small > 0
      ? [row('', `${photos.small} of them smaller than a photo has to be: in rows of their own`)]
      : []),
    ...photos.excluded.map(({ name, reason }) => row('', `left out, ${name}: ${reason}`)),
    ...photos.left.map(({ name, reason }) => row('', `${name}: ${reason}`)),
    ...(parts.fit.persons > 0
      ? [row('fitted on', counts(parts.fit)), row('checked on', `${counts(parts.check)}, all others`)]
      : [
          row('checked on', counts(parts.check)),
          row('fitted on', 'nobody: too few people to fit on some and check on others'),
        ]),
    '',
    row('distance', '   min     p5  median   p95    max'),
    row('one person', spread(distances.genuine)),
    row('two people', spread(distances.impostor)),
    '',
    ...judgedLines('shipped', shipped),
    '',
    ...(fitted
      ? judgedLines('fitted', fitted)
      : parts.fit.persons > 0
        ? [row('fitted', 'none: pairs of two people lie as close as pairs of one. Look at the closest pairs below')]
        : []),
    '',
    ...(report.mixedSets.length > 0 ? [...mixedSetLines(report.mixedSets), ''] : []),
    row('one person, far', hardest.genuine.map(pairLine)),
    row('two people, near', hardest.impostor.map(pairLine)),
    '',
    ...verdictLines(report),
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

const pairLine = ({ a, b, distance }: { a: string; b: string; distance: number }): string =>
  `${digits(distance)}  ${a} · ${b}`;

/** Headings above the columns, and the columns' widths. */
type Columns = readonly (readonly [heading: string, width: number])[];

const COLUMNS = [
  ['', 25],
  ['people', 7],
  ['scorable', 12],
  ['one person, at 85 (95 %)', 32],
  ['two people, at 85 (95 %)', 28],
  ['two people, at 50', 21],
  ['ROC AUC (95 %)', 27],
  ['against 3–5 references', 24],
  ['others, at 85', 14],
  ['2 references', 14],
  ['verdict', 0],
] as const;

const MIXED_COLUMNS = [
  ['mixed sets', 25],
  ['people', 7],
  ['photos', 14],
  ['the other is named', 32],
  ['one of the person is', 0],
] as const;

function judgedLines(label: string, { version, centre, slope, rows }: JudgedConstants): string[] {
  const distances = (['at85', 'at50'] as const).map((at) => digits(rows[0]?.[at].distance ?? Number.NaN)).join(' and ');
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  return [
    row(label, `${version}: centre ${digits(centre, 4)}, slope ${digits(slope, 4)}; 85 and 50 are at ${distances}`),
    cells(COLUMNS.map(([heading]) => heading)),
    ...kinds.flatMap((kind) => {
      const own = rows.filter((each) => each.kind === kind);
      const heading = kind === 'all' || kind === 'two groups' ? [] : [kind];
      return [...heading, ...own.map((each) => cells(cellsOf(each, heading.length > 0 ? '  ' : '')))];
    }),
  ];
}

function cellsOf(each: Row, indent: string): string[] {
  const { rocAuc, sets, verdict } = each;
  const auc = Number.isNaN(rocAuc.value) ? '–' : digits(rocAuc.value, 5);
  const interval =
    rocAuc.low === undefined || rocAuc.high === undefined
      ? ''
      : ` (${digits(rocAuc.low, 5)}–${digits(rocAuc.high, 5)})`;
  return [
    indent + each.name,
    String(each.people),
    `${each.scorable} of ${each.photos}`,
    share(each.at85.passed),
    share(each.at85.falseAccepts, 'count'),
    accepted(each.at50),
    auc + interval,
    share(sets.passed, 'short'),
    `${sets.falseAccepts.count} of ${sets.falseAccepts.of}`,
    `${sets.passedWithTwo.count} of ${sets.passedWithTwo.of}`,
    each.judged ? [verdict.state, ...verdict.because].join(', ').replace(', ', ': ') : '',
  ];
}

const cells = (values: readonly string[], columns: Columns = COLUMNS): string =>
  values
    .map((value, i) => value.padEnd(columns[i]?.[1] ?? 0))
    .join('')
    .trimEnd();

function mixedSetLines(sets: CalibrationReport['mixedSets']): string[] {
  return [
    cells(
      MIXED_COLUMNS.map(([heading]) => heading),
      MIXED_COLUMNS,
    ),
    ...sets.map(({ group, people, own, named, wronged }) =>
      cells([group, String(people), `${own} and 1`, share(named, 'short'), share(wronged, 'short')], MIXED_COLUMNS),
    ),
  ];
}

const percent = (value: number, places = 1): string => `${(100 * value).toFixed(places)} %`;

const accepted = ({ falseAccepts: { count, of, share: value } }: Threshold): string =>
  of === 0 ? '–' : `${count}, ${percent(value, 2)}`;

function share({ count, of, share: value, low, high }: Rate, form: 'full' | 'count' | 'short' = 'full'): string {
  if (of === 0) return '–';
  if (form === 'count') return `${count} of ${of} (–${percent(high, 3)})`;
  const rate = `${count} of ${of}, ${percent(value)}`;
  return form === 'short' ? rate : `${rate} (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;
}

function verdictLines({ shipped, fitted }: CalibrationReport): string[] {
  const unproven = shipped.rows.filter(({ judged, verdict }) => judged && verdict.state === 'unproven');
  const fallen = shipped.rows.filter(({ judged, verdict }) => judged && verdict.state === 'falls out');
  const lines = unproven.map(({ name, verdict }) => `Unproven for ${name}: ${verdict.because.join('; ')}.`);
  if (shipped.state === 'holds') return [...lines, `${shipped.version} holds for every group with enough pairs.`];
  if (shipped.state === 'unproven')
    return [...lines, `No error was seen, but ${shipped.version} is unproven on these photos: add people and photos.`];
  const next =
    fitted && fitted.state !== 'falls out'
      ? 'Check the labels of the pairs above; if they are right, give domain/score.ts the fitted constants and a new version.'
      : 'Check the labels of the pairs above. No fitted constants keep the promise here either.';
  return [
    ...lines,
    ...fallen.map(({ name, verdict }) => `Falls out: ${name}. ${verdict.because.join('; ')}.`),
    `${shipped.version} does not hold on these photos. ${next}`,
  ];
}
