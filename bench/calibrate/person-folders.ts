// Labels by folder: DIR/<person>/<photo>. Files that lie in DIR itself belong to nobody and are left alone.

import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { everyPair, type LabelledPhotos, UnusableData } from './labelled-photos.ts';

const LAYOUT = 'Make one folder a person in it, with at least two photos each: mara/1.jpg, mara/2.jpg, tom/1.jpg, …';

/** Every file in the folders of persons, in the order of their names. Throws UnusableData. */
export function readPersonFolders(folder: string): LabelledPhotos {
  const persons = visible(entriesOf(folder, LAYOUT)).filter((entry) => entry.isDirectory());
  if (persons.length === 0) throw new UnusableData(`${folder} has no folder in it. ${LAYOUT}`);
  const photos = persons.flatMap(({ name: person }) => {
    const files = visible(entriesOf(join(folder, person), LAYOUT)).filter((entry) => entry.isFile());
    if (files.length < 2) {
      const found = files[0] ? `only one file, ${files[0].name}` : 'no file';
      throw new UnusableData(
        `${join(folder, person)} has ${found}: no pair of one person can be made of it. Add photos, or remove the folder.`,
      );
    }
    return files.map(({ name }) => ({ name: `${person}/${name}`, file: join(folder, person, name), person }));
  });
  return everyPair(photos);
}

/** Without hidden ones, in the order of their names. */
export function visible(entries: readonly Dirent[]): Dirent[] {
  return entries.filter((entry) => !entry.name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1)); // By code units: the same order in every locale.
}

/** Throws UnusableData, which tells what the folder has to have. */
export function entriesOf(folder: string, layout: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw new UnusableData(`${folder} is no folder that can be read. ${layout}`, { cause });
  }
}
