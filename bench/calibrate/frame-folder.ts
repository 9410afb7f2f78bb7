// Labelled frames: DIR/cast/<name>/<photo> are the references, DIR/frames.csv says who is in which frame.

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UnusableData } from './labelled-photos.ts';
import { type Montage, type MontagePerson, SOMEBODY_ELSE } from './montages.ts';
import { entriesOf, visible } from './person-folders.ts';

const CAST =
  'Make a folder for each character in it, with photos to recognise them by: cast/mara/1.jpg, cast/tom/1.jpg, …';
const FORM = `The first line is file,names. Each other one has a frame and who is in it from left to right, ${SOMEBODY_ELSE} for somebody else: shot1.png,mara tom ${SOMEBODY_ELSE}`;

export interface FrameFile {
  /** As the list has it. */
  name: string;
  file: string;
  shown: readonly string[];
  asked?: readonly string[];
}

export interface FrameFolder {
  /** Each character's photos. */
  cast: ReadonlyMap<string, readonly string[]>;
  frames: readonly FrameFile[];
}

/** Throws UnusableData, with the line's number. */
export function readFrameFolder(folder: string): FrameFolder {
  const cast = readCast(join(folder, 'cast'));
  return { cast, frames: readList(folder, [...cast.keys()]) };
}

function readCast(folder: string): Map<string, string[]> {
  const characters = visible(entriesOf(folder, CAST)).filter((entry) => entry.isDirectory());
  if (characters.length === 0) throw new UnusableData(`${folder} has no folder in it. ${CAST}`);
  return new Map(
    characters.map(({ name }) => {
      const photos = visible(entriesOf(join(folder, name), CAST)).filter((entry) => entry.isFile());
      if (/[\s,]/.test(name) || name === SOMEBODY_ELSE)
        throw new UnusableData(
          `${join(folder, name)}: a name has no space, no comma, and is not ${SOMEBODY_ELSE}. Rename it.`,
        );
      if (photos.length === 0) throw new UnusableData(`${join(folder, name)} has no photo in it. ${CAST}`);
      return [name, photos.map((photo) => join(folder, name, photo.name))];
    }),
  );
}

function readList(folder: string, characters: readonly string[]): FrameFile[] {
  const file = join(folder, 'frames.csv');
  const [header = '', ...rest] = textOf(file)
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  const columns = cellsOf(header).map((column) => column.toLowerCase());
  const isKnown = columns[0] === 'file' && columns[1] === 'names' && (columns[2] ?? 'asked') === 'asked';
  if (!isKnown || columns.length > 3)
    throw new UnusableData(`${file}: the first line has to name its columns. ${FORM}`);
  const frames = rest.flatMap((line, i): FrameFile[] => {
    if (line.trim() === '') return [];
    const where = `${file}, line ${i + 2}`;
    const [name = '', names = '', asked = '', ...more] = cellsOf(line);
    const [shown, cast] = [wordsOf(names), wordsOf(asked)];
    if (name === '' || shown.length === 0 || more.length > 0)
      throw new UnusableData(`${where} is not understood: "${line}". ${FORM}`);
    const unknown = [...shown, ...cast].find((who) => who !== SOMEBODY_ELSE && !characters.includes(who));
    if (unknown !== undefined)
      throw new UnusableData(
        `${where} names ${unknown}, and cast/ has no such folder. It has: ${characters.join(', ')}.`,
      );
    if (cast.includes(SOMEBODY_ELSE) || new Set(cast).size < cast.length)
      throw new UnusableData(`${where}: those who were asked for have to be different characters: "${asked}".`);
    if (!statSync(resolve(folder, name), { throwIfNoEntry: false })?.isFile())
      throw new UnusableData(
        `${where} names ${name}, and ${folder} has no such file. Correct the line or add the frame.`,
      );
    return [{ name, file: resolve(folder, name), shown, ...(cast.length > 0 ? { asked: cast } : {}) }];
  });
  if (frames.length === 0) throw new UnusableData(`${file} has no frame in it. ${FORM}`);
  return frames;
}

/** With or without quotes around them. */
const cellsOf = (line: string): string[] => line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));

const wordsOf = (cell: string): string[] => cell.split(/\s+/).filter((word) => word !== '');

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UnusableData(`${file} cannot be read. ${FORM}`, { cause });
  }
}

/** Writes frames and the references of the people in them as such a folder. Answers how many frames there are. */
export async function writeFrameFolder(
  folder: string,
  people: readonly MontagePerson[],
  frames: AsyncIterable<Montage>,
): Promise<number> {
  for (const { name, references } of people) {
    mkdirSync(join(folder, 'cast', name), { recursive: true });
    references.forEach((file, i) => {
      writeFileSync(join(folder, 'cast', name, `${i + 1}.jpg`), file);
    });
  }
  mkdirSync(folder, { recursive: true });
  const lines = ['file,names,asked'];
  for await (const { name, shown, asked, jpeg } of frames) {
    writeFileSync(join(folder, name), jpeg);
    lines.push([name, shown.join(' '), asked.join(' ')].join(','));
  }
  writeFileSync(join(folder, 'frames.csv'), `${lines.join('\n')}\n`);
  return lines.length - 1;
}
