// Adds photos to a character: judges them together with the existing ones, then stores them. So the answer shows what a
// run with all of them would find, also when they came in several requests.

import { photoObject } from '../../domain/keys.ts';
import type { CharacterRow } from '../ports/characters.ts';
import type { Ports } from '../ports/index.ts';
import type { PhotoRow } from '../ports/photos.ts';
import type { PhotoReadings } from './photo-readings.ts';
import { type JudgedPhoto, judgeFiles, type Preflight, type ReadFile } from './preflight.ts';

export interface PhotosOfCharacter {
  /** About the files; the set is that of all photos. */
  preflight: Preflight;
  /** Of all photos that the character has now. */
  count: { usable: number; total: number };
  isKept: (photoId: string) => boolean;
}

/** Judges and stores the files. Throws what the ports do. */
export async function addToCharacter(
  deps: Pick<Ports, 'photos' | 'files' | 'settings'>,
  readings: PhotoReadings,
  { character, files, signal }: { character: CharacterRow; files: readonly ReadFile[]; signal: AbortSignal },
): Promise<PhotosOfCharacter> {
  const others = async () => {
    const own = new Set(files.map(({ photoId }) => photoId));
    const all = await deps.photos.of(character.tenantId, character.id);
    return all.filter(({ id }) => !own.has(id));
  };
  const before = await others();
  let preflight = await judgeTogether(deps, readings, { files, others: before, signal });
  for (const photo of preflight.photos) {
    await keep(deps, character, photo);
    if (photo.stored) readings.keep(photo.photoId, photo.reading);
  }
  // Programs send photos concurrently, one in each request: the last answer covers all.
  const after = await others();
  if (idsOf(after) !== idsOf(before)) preflight = await judgeTogether(deps, readings, { files, others: after, signal });
  const kept = new Set([...after.map(({ id }) => id), ...files.filter(isStored).map(({ photoId }) => photoId)]);
  return {
    preflight,
    count: { usable: usableOf(preflight, after), total: kept.size },
    isKept: (photoId) => kept.has(photoId),
  };
}

/** With more photos than a run takes, no run uses all of them, so the files are judged alone. */
async function judgeTogether(
  deps: Pick<Ports, 'photos' | 'files' | 'settings'>,
  readings: PhotoReadings,
  { files, others, signal }: { files: readonly ReadFile[]; others: readonly PhotoRow[]; signal: AbortSignal },
): Promise<Preflight> {
  if (others.length + files.filter(isStored).length > deps.settings.maxPhotos) return judgeFiles(files, deps);
  const read = [];
  for (const row of others) read.push({ photoId: row.id, reading: await readings.of(row, signal) });
  return judgeFiles(files, deps, read);
}

/** A file that cannot be read is not stored. */
const isStored = ({ stored }: ReadFile): boolean => stored !== undefined;

const idsOf = (rows: readonly PhotoRow[]): string => rows.map(({ id }) => id).join();

/** Counts by this judgement; a photo that is not in it counts by the judgement of its upload. */
function usableOf({ set }: Preflight, others: readonly PhotoRow[]): number {
  const judged = new Set(set.photos.map(({ photoId }) => photoId));
  const rest = others.filter(({ id, report }) => !judged.has(id) && report.verdict !== 'rejected');
  return set.accepted.length + rest.length;
}

/** Stores the file, then the row that makes it count. */
async function keep(
  { files, photos }: Pick<Ports, 'photos' | 'files'>,
  character: CharacterRow,
  photo: JudgedPhoto,
): Promise<void> {
  const { photoId, origin, reading, stored, report } = photo;
  if (!reading.readable || !stored) return;
  const object = photoObject(character.tenantId, character.id, photoId);
  await files.put(object, stored.bytes, 'image/jpeg');
  await photos.add({
    id: photoId,
    tenantId: character.tenantId,
    characterId: character.id,
    origin,
    object,
    sourceSha256: reading.sha256,
    width: stored.width,
    height: stored.height,
    report,
  });
}
