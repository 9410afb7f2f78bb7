// The characters of the screenshots: one for each state that a screen shows.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fluxLoraFastTraining } from '../../adapters/fal/models/flux-lora-fast-training.ts';
import { createLikenessClient, type Identity, type LikenessClient, type Stage } from '../../client/index.ts';
import { isOpenRetest } from '../../domain/steps.ts';
import type { TestType } from '../../domain/test-suite.ts';
import { demoPhotos } from '../demo-photos.ts';
import { demoKey } from '../first-key.ts';
import type { Stack } from '../stack.ts';
import { type Drawn, drawnPictures } from './drawn-answers.ts';

const MINUTE = 60_000;
const LOOK_AGAIN_MS = 1000;
/** Low enough that the round misses its target and other strengths are tried. */
const FAINT = 60;

export interface Cast {
  url: string;
  key: string;
  likeness: LikenessClient;
  /** The drawing for each picture, by the picture's id. */
  pictures: ReadonlyMap<string, Drawn>;
  ids: Record<'review' | 'rescued' | 'ready' | 'training' | 'unclear', string>;
}

export async function prepareCast(stack: Stack): Promise<Cast> {
  const url = stack.urls.api;
  const key = await demoKey(stack.database);
  const likeness = createLikenessClient({ baseUrl: url, apiKey: key });
  /** The character name of each identity. */
  const names = new Map<string, string>();
  const photos = demoPhotos(undefined).map((file) => new File([readFileSync(file)], basename(file)));

  async function prepare(name: string, referenceStrength?: number): Promise<string> {
    const { id } = await likeness.characters.create({ name });
    await likeness.photos.upload(id, photos);
    const { identityId } = await likeness.identities.start(id, referenceStrength ? { referenceStrength } : {});
    names.set(identityId, name);
    return identityId;
  }
  const reach = (id: string, stage: Stage): Promise<Identity> =>
    likeness.identities.waitUntil(id, stage, { timeoutMs: 5 * MINUTE, onNeedsPerson: () => {} });

  await likeness.characters.create({ name: 'The Singer' });
  const ready = await prepare('The Gardener');
  const { round } = await reach(ready, 'awaiting_approval');
  await likeness.identities.decide(ready, { round, verdict: 'approve', reason: 'Every angle is hers.' });
  await reach(ready, 'ready');
  await testAgain(likeness, ready, ['profile']);
  await testAgain(likeness, ready);
  const rescued = await prepare('The Pilot', FAINT);
  await reach(rescued, 'awaiting_approval');
  const review = await prepare('Captain Mara');
  await reach(review, 'awaiting_approval');
  // Its answer is lost, and requests that wait in the provider's queue are not listed: only an operator can settle it.
  await setFaults(stack, [{ fault: 'lost_submit_response', endpoint, times: 1 }, stuck]);
  const unclear = await prepare('The Stranger');
  await reach(unclear, 'needs_operator');
  // This one waits there as long as the screenshots take.
  const training = await prepare('Doctor Voss');
  await reach(training, 'training');
  const pictures = await drawnPictures(likeness, names);
  return { url, key, likeness, pictures, ids: { review, rescued, ready, training, unclear } };
}

async function testAgain(likeness: LikenessClient, identityId: string, types?: TestType[]): Promise<void> {
  const { number } = await likeness.identities.test(identityId, types ? { types } : {});
  for (;;) {
    const { items } = await likeness.identities.tests(identityId);
    if (items.some((test) => test.number === number && !isOpenRetest(test.state))) return;
    await setTimeout(LOOK_AGAIN_MS);
  }
}

const { endpoint } = fluxLoraFastTraining.profile;
const stuck = { fault: 'stuck_in_queue', endpoint };

async function setFaults({ urls }: Stack, faults: object[]): Promise<void> {
  const answer = await fetch(`${urls.sandbox}/admin/faults`, { method: 'PUT', body: JSON.stringify(faults) });
  if (!answer.ok) throw new Error(`The sandbox did not take the faults: ${answer.status}`);
}
