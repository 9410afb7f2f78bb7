// A cast of real people on a running stack: each a character whose identity was prepared and approved through the API, as
// a person does it. The sandbox draws them from these photos.

import sharp from 'sharp';
import type { LikenessClient } from '../../client/index.ts';
import { franck, photo } from './photos.ts';

/** Photos of each, by the name that prompts call them. Names of files as in photos.ts. */
const PEOPLE = {
  Franck: { noun: 'man', photos: () => franck(4) },
  Cage: { noun: 'man', photos: async () => views(await photo('cage.jpg')) },
  Audrey: { noun: 'woman', photos: async () => views(await photo('audrey.jpg')) },
  Kim: { noun: 'woman', photos: async () => views(await photo('kim1_crop.jpg')) },
  Queen: { noun: 'woman', photos: async () => views(await photo('queen20_crop.jpg')) },
} as const;
export type StarName = keyof typeof PEOPLE;

export interface Star {
  name: StarName;
  characterId: string;
  identityId: string;
  /** By which the sandbox's books call it. */
  trigger: string;
  /** What the preparation cost, in dollars. */
  costUsd: number;
}

/** Longer than five identities take on a machine with much else to do. */
const READY_WITHIN_MS = 15 * 60_000;

/** All at once; rejects when one does not become ready. */
export function prepareCast(likeness: LikenessClient, names: readonly StarName[]): Promise<Star[]> {
  return Promise.all(names.map((name) => prepare(likeness, name)));
}

async function prepare(likeness: LikenessClient, name: StarName): Promise<Star> {
  const { noun, photos } = PEOPLE[name];
  const { id: characterId } = await likeness.characters.create({ name, subject: { kind: 'human', noun } });
  const files = (await photos()).map((file) => new Blob([new Uint8Array(file)], { type: 'image/jpeg' }));
  await likeness.photos.upload(characterId, files);
  const { identityId } = await likeness.identities.start(characterId);
  const wait = { timeoutMs: READY_WITHIN_MS };
  const { round } = await likeness.identities.waitUntil(identityId, 'awaiting_approval', wait);
  await likeness.identities.decide(identityId, { round, verdict: 'approve' });
  const { triggerPhrase, cost } = await likeness.identities.waitUntil(identityId, 'ready', wait);
  return { name, characterId, identityId, trigger: triggerPhrase?.split(' ')[0] ?? '', costUsd: cost.charged };
}

/** Of the width of the photo: enough that the three are no copies of each other. */
const WIDER = 0.4;
const WALL = '#8a8680';

/** A run needs three photos, and of most people there is one: so two more of it, each with some wall on one side. */
async function views(file: Buffer): Promise<Buffer[]> {
  const { width } = await sharp(file).metadata();
  const wider = (side: 'left' | 'right') =>
    sharp(file)
      .extend({ [side]: Math.round(WIDER * width), background: WALL })
      .jpeg({ quality: 92 })
      .toBuffer();
  return [file, await wider('left'), await wider('right')];
}
