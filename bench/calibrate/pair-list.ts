// Labels by pair: a CSV file of `a,b,same`, with the photos' paths as seen from the file's own folder.

import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type LabelledPair, type LabelledPhotos, UnusableData } from './labelled-photos.ts';

const LABELS: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  '1': true,
  no: false,
  false: false,
  '0': false,
};
const FORM = 'Each line holds two photos and whether they show one person: mara1.jpg,mara2.jpg,yes';

interface Line {
  number: number;
  names: readonly [string, string];
  same: boolean;
}

/** The pairs of the file, in its order. Throws UnusableData, with the line's number. */
export function readPairList(file: string): LabelledPhotos {
  const lines = linesOf(file);
  const folder = dirname(resolve(file));
  const places = new Map<string, number>();
  const seen = new Map<string, number>();
  const pairs = lines.map(({ number, names, same }): LabelledPair => {
    const [a, b] = names.map((name) => {
      requireFile(resolve(folder, name), `${file}, line ${number}`);
      const place = places.get(name) ?? places.size;
      places.set(name, place);
      return place;
    }) as [number, number];
    const pair = [...names].sort().join(',');
    const earlier = seen.get(pair);
    if (a === b) throw new UnusableData(`${file}, line ${number}: a photo is no pair with itself. Remove the line.`);
    if (earlier) throw new UnusableData(`${file}, line ${number} repeats line ${earlier}. Remove one of them.`);
    seen.set(pair, number);
    return { a, b, same };
  });
  const persons = personsOf(places.size, pairs);
  const photos = [...places].map(([name, place]) => ({
    name,
    file: resolve(folder, name),
    person: String(persons[place]),
  }));
  return { photos, pairs };
}

function linesOf(file: string): Line[] {
  const [header, ...rest] = textOf(file)
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  if (header === undefined || cells(header).length !== 3 || labelOf(cells(header)[2]) !== undefined)
    throw new UnusableData(`${file}: the first line has to name the three columns: a,b,same. ${FORM}`);
  const lines = rest.flatMap((line, i) => (line.trim() === '' ? [] : [lineOf(line, i + 2, file)]));
  if (lines.length === 0) throw new UnusableData(`${file} has no pair in it. ${FORM}`);
  return lines;
}

function lineOf(line: string, number: number, file: string): Line {
  const [a, b, label, ...more] = cells(line);
  const same = labelOf(label);
  if (!a || !b || same === undefined || more.length > 0)
    throw new UnusableData(`${file}, line ${number} is not understood: "${line}". ${FORM}`);
  return { number, names: [a, b], same };
}

const labelOf = (cell: string | undefined): boolean | undefined => LABELS[cell?.toLowerCase() ?? ''];

const cells = (line: string): string[] => line.split(',').map((cell) => cell.trim());

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UnusableData(`${file} cannot be read. Give a CSV file. ${FORM}`, { cause });
  }
}

function requireFile(file: string, where: string): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new UnusableData(
      `${where} names ${file}, and there is no such file. Paths are relative to the CSV file: correct the line or add the photo.`,
    );
}

/** Who is who by the pairs of one person, chains included: for each photo the smallest place among its person's. */
function personsOf(photos: number, pairs: readonly LabelledPair[]): number[] {
  const parent = Array.from({ length: photos }, (_, place) => place);
  const find = (place: number): number => {
    const up = parent[place] ?? place;
    return up === place ? place : find(up);
  };
  for (const { a, b, same } of pairs) {
    if (!same) continue;
    const [low, high] = [find(a), find(b)].sort((x, y) => x - y) as [number, number];
    parent[high] = low;
  }
  return parent.map((_, place) => find(place));
}
