// From a folder of labelled frames to the report on them, by the vision and the check of the product.

import { readFile } from 'node:fs/promises';
import type { FrameVision, Vision } from '../../core/ports/vision.ts';
import type { PictureReading } from '../../domain/photo.ts';
import { type ReferenceModel, referenceModel, referencesOf } from '../../domain/reference-model.ts';
import { countChecks, type LabelledFrame } from './frame-checks.ts';
import type { FrameFolder } from './frame-folder.ts';
import { UnusableData } from './labelled-photos.ts';
import type { FramesRun } from './print-frames.ts';

const PROGRESS_EVERY = 25;

/** One frame after another, so that the processor time of each is known. */
export async function reportOnFrames(
  { cast, frames }: FrameFolder,
  vision: Pick<Vision, 'read'> & FrameVision,
  say: (line: string) => void,
): Promise<FramesRun> {
  const models = new Map<string, ReferenceModel>();
  for (const [name, files] of cast) {
    const photos: { photoId: string; reading: PictureReading }[] = [];
    for (const file of files) photos.push({ photoId: file, reading: await vision.read(await readFile(file)) });
    const model = referenceModel(referencesOf(photos));
    if (model.references.length === 0)
      throw new UnusableData(`No photo in cast/${name} shows a face. Add one, or remove the folder.`);
    models.set(name, model);
  }
  const read: LabelledFrame[] = [];
  const times: number[] = [];
  for (const { name, file, ...labels } of frames) {
    const bytes = await readFile(file);
    const before = process.cpuUsage();
    const reading = await vision.readFrame(bytes);
    const { user, system } = process.cpuUsage(before);
    if (reading.readable && reading.faces.length > 0) times.push((user + system) / 1000 / reading.faces.length);
    read.push({ name, ...labels, reading });
    if (read.length % PROGRESS_EVERY === 0) say(`  ${read.length} of ${frames.length} frames read`);
  }
  const people = [...models].map(([name, { references }]) => ({ name, references: references.length }));
  return { ...countChecks(read, models), people, cpuPerFace: times.toSorted((p, q) => p - q)[times.length >> 1] };
}
