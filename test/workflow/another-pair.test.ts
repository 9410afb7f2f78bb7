// A trainer and a generator that the product does not know are added as data, with an adapter of their own: another
// family, other fields, other prices and units. An identity is started with them and becomes ready.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActivities } from '../../activities/create-activities.ts';
import { createModels } from '../../adapters/create-models.ts';
import { FAL_MODELS } from '../../adapters/fal/models/index.ts';
import type { Generator } from '../../core/ports/generator.ts';
import type { Trainer } from '../../core/ports/trainer.ts';
import { pictureCallKey, trainingCallKey } from '../../domain/keys.ts';
import { DEFAULT_SETTINGS } from '../../domain/settings.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import { approveIdentity } from '../../workflows/messages.ts';
import { createFakePorts } from '../support/fake-ports.ts';
import { fakeSteps } from '../support/fake-steps.ts';
import { PAIR } from '../support/models.ts';
import { roundSet } from '../support/sets.ts';
import { startWorkflowBench, untilStage, type WorkflowBench } from '../support/workflow-bench.ts';
import { loraFile } from '../unit/activities/lora-file.ts';
import { newWorld } from '../unit/api/world.ts';

const TRAINER: Trainer = {
  profile: {
    id: 'other/trainer@3',
    kind: 'trainer',
    provider: 'other',
    endpoint: 'other/trainer',
    family: 'another',
    price: { unit: 'step', microUsd: 900, least: 2000 },
    limits: { steps: { min: 500, max: 4000, default: 1500 } },
    expectedMs: 1000,
    deadlineMs: 60_000,
  },
  body: ({ archive, steps, triggerWord }) => ({ zip: archive, rounds: steps, word: triggerWord }),
  lora: ({ weights }) => String(weights),
};

const GENERATOR: Generator = {
  profile: {
    id: 'other/generator@2',
    kind: 'generator',
    provider: 'other',
    endpoint: 'other/generator',
    family: 'another',
    price: { unit: 'image', microUsd: 4000 },
    limits: { loras: 1, references: 0, masks: false, repaints: false, images: 1, side: { min: 512, max: 1024 } },
    expectedMs: 1000,
    deadlineMs: 60_000,
  },
  body: ({ prompt, seed, loras }) => ({ text: prompt, luck: seed, adapters: loras.map(({ address }) => address) }),
  picture: ({ drawn }) => ({ address: String(drawn), flagged: false }),
  drawn: () => undefined,
};

const LORA_URL = 'https://other.test/weights';
const IMAGE_URL = 'https://other.test/drawn';
const pair = { trainer: TRAINER.profile.id, generator: GENERATOR.profile.id };
const models = createModels([...FAL_MODELS, TRAINER, GENERATOR]);
const json = async (answer: Response | Promise<Response>) => (await answer).json();

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

/** The provider's side, and the rows and files of ours. */
function worldOfPair() {
  const world = { ...createFakePorts(), models };
  world.provider.files.set(LORA_URL, loraFile()).set(IMAGE_URL, Buffer.from('jpeg bytes'));
  world.provider.result = async (endpoint) =>
    endpoint === TRAINER.profile.endpoint
      ? { data: { weights: LORA_URL }, billableUnits: 2000 }
      : { data: { drawn: IMAGE_URL }, billableUnits: 1 };
  return world;
}

describe('a pair of models that is added as data', () => {
  test('trains and draws a whole run, and the ledger has its profiles and prices', async () => {
    const world = worldOfPair();
    const steps = fakeSteps();
    const { provider } = createActivities(world);
    await bench.play(
      { ...steps, provider: { ...steps.provider, ...provider } },
      async (handle) => {
        const { identityId } = await untilStage(handle, 'awaiting_approval');
        await handle.signal(approveIdentity, { round: 1, by: 'key:reviewer' });
        expect(await handle.result()).toMatchObject({ stage: 'ready', version: 1 });

        const training = { profile: pair.trainer, endpoint: 'other/trainer', state: 'settled', charged: 1_800_000 };
        expect(world.ledger.row(trainingCallKey(identityId, 1))).toMatchObject({ ...training, estimate: 1_800_000 });
        for (const type of TEST_TYPES) {
          const image = { profile: pair.generator, endpoint: 'other/generator', state: 'settled', charged: 4000 };
          expect(world.ledger.row(pictureCallKey(identityId, roundSet(1), type))).toMatchObject({
            ...image,
            estimate: 4000,
          });
        }
      },
      pair,
    );
    const [trained, ...drawn] = world.provider.taken();
    expect(trained?.input).toEqual({ zip: expect.any(String), rounds: 1000, word: expect.any(String) });
    expect(drawn.map(({ input }) => Object.keys(input))).toEqual(TEST_TYPES.map(() => ['text', 'luck', 'adapters']));
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 1_820_000 });
    // A picture that is billed by the image tells nothing of a megapixel.
    expect(world.imageUnits.bills).toEqual([]);
  });

  test('is written into the row of an identity, which keeps it when the default is another one', async () => {
    const settings = { ...DEFAULT_SETTINGS, ...pair };
    const world = newWorld({ models, settings });
    const character = world.addCharacter();
    world.addPhotos(character, 5);
    expect(await json(world.ask('GET', '/v1/estimate'))).toMatchObject({
      training: 1.8,
      testImages: 0.02,
      total: 1.82,
    });
    const start = (key: string, body: unknown = {}) =>
      world.ask('POST', `/v1/characters/${character.id}/identities`, body, { 'idempotency-key': key });
    expect((await start('one')).status).toBe(202);
    const [row] = world.rows.identities.values();
    expect(row).toMatchObject(pair);
    Object.assign(settings, PAIR);
    expect(await json(world.ask('GET', `/v1/identities/${row?.id}`))).toMatchObject({ cost: { estimated: 1.82 } });
    expect((await start('two')).status).toBe(202);
    expect([...world.rows.identities.values()].at(-1)).toMatchObject(PAIR);
  });

  test('has limits of its own, which a start is told', async () => {
    const world = newWorld({ models, settings: { ...DEFAULT_SETTINGS, ...pair } });
    const character = world.addCharacter();
    world.addPhotos(character, 5);
    const path = `/v1/characters/${character.id}/identities`;
    const refused = await world.ask('POST', path, { trainingSteps: 5000 }, { 'idempotency-key': 'k' });
    expect([refused.status, await refused.json()]).toEqual([422, expect.objectContaining({ code: 'invalid_request' })]);
    expect(world.rows.identities.size).toBe(0);
  });
});
