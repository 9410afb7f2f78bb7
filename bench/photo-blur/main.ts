// `npm run measure:blur`: how blurred the faces of public photos are, and whether spoilt ones are told from them. The
// limits in domain/photo-limits.ts and the figures in docs/scores.md come from here.

import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { createVision } from '../../adapters/vision/vision.ts';
import { MAX_YAW, MIN_FACE_WIDTH } from '../../domain/face-limits.ts';
import { analysedWidth, type PictureReading } from '../../domain/photo.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { fetchPublicPhotos, GITHUB } from '../calibrate/fetch-photos.ts';
import { partOf } from '../calibrate/split.ts';
import { atShare } from '../calibrate/statistics.ts';
import { HARMLESS, SPOILT } from './spoilt.ts';

/** Faces that have enough pixels to be spoilt by them. */
const SPOILT_FROM_WIDTH = 150;
const MAX_THREADS = 4;

interface Row {
  name: string;
  blur: number;
  enlarged: number;
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const { values } = parseArgs({
  options: { mirror: { type: 'string', default: GITHUB }, each: { type: 'string', default: '1' } },
});

const { set, files } = await fetchPublicPhotos(values.mirror, say);
const photos = set.photos.flatMap((photo) => {
  const file = files.get(photo.blob);
  return file ? [{ ...photo, file, source: photo.name.split(' ')[0] ?? '' }] : [];
});
const chosen = photos.filter((_, i) => i % Number(values.each) === 0);
const threads = Math.min(MAX_THREADS, availableParallelism());
const vision = createVision({ threads });
const rows: Row[] = [];
/** One photo of each person is enough to spoil. */
const people = new Set<string>();

/** The face that can be judged, if there is one. */
function measured(reading: PictureReading): { width: number; blur: number; enlarged: number } | undefined {
  if (!reading.readable) return undefined;
  const [face] = reading.faces;
  if (!face || Math.abs(face.yaw) > MAX_YAW) return undefined;
  const width = analysedWidth(face, reading);
  return width < MIN_FACE_WIDTH ? undefined : { width, blur: face.blur, enlarged: reading.enlarged };
}

async function measurePhoto({ file, source, person }: (typeof chosen)[number]): Promise<void> {
  const bytes = await readFile(file);
  const face = measured(await vision.read(bytes));
  if (!face) return;
  rows.push({ name: source, ...face }, { name: `all, ${partOf(person)}`, ...face });
  if (face.width < SPOILT_FROM_WIDTH || people.has(person)) return;
  people.add(person);
  for (const [name, spoil] of Object.entries({ ...SPOILT, ...HARMLESS })) {
    const spoilt = measured(await vision.read(await spoil(bytes, face.width)));
    if (spoilt) rows.push({ name: `${name in SPOILT ? '!' : '='} ${name}, ${partOf(person)}`, ...spoilt });
  }
}

const waiting = chosen.values();
await Promise.all(
  Array.from({ length: threads }, async () => {
    for (const photo of waiting) await measurePhoto(photo);
  }),
);
await vision.close();

const percent = (some: number, all: number) => `${((100 * some) / all).toFixed(1)} %`;
say(
  'what (! has to be noticed, = must not be)          faces   blur: 50 %  95 %  99 %  most   warned  rejected  enlarged',
);
for (const name of [...new Set(rows.map((row) => row.name))].sort()) {
  const group = rows.filter((row) => row.name === name);
  const blurs = group.map(({ blur }) => blur).sort((p, q) => p - q);
  const shares = [0.5, 0.95, 0.99, 1].map((share) => atShare(blurs, share).toFixed(2).padStart(6));
  const rejected = group.filter(({ blur }) => blur >= PHOTO_LIMITS.rejectBlur).length;
  const warned = group.filter(({ blur }) => blur >= PHOTO_LIMITS.warnBlur).length - rejected;
  const enlarged = group.filter((row) => row.enlarged > 1).length;
  const counts = [warned, rejected, enlarged].map((count) => percent(count, group.length).padStart(9));
  say(`${name.padEnd(50)} ${String(group.length).padStart(5)}       ${shares.join('')}${counts.join('')}`);
}
