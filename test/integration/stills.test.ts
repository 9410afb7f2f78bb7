// Stills through the whole stack: real processes, a real Temporal server, people who look like their photos. What the
// sandbox says that it drew is held against what the check found, and against the money.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NAMES_OF_FAULTS, type PeopleFault } from '../../bench/stills/truth.ts';
import type { Still } from '../../client/index.ts';
import { prepareStills, STILLS_SETTINGS, type StillsWorld } from '../support/stills-world.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

const MINUTE = 60_000;
const PAINT = 'fal-ai/flux-lora/inpainting';
const DRAW = 'fal-ai/flux-lora';

let house: TestStack;
let world: StillsWorld;
beforeAll(async () => {
  house = await startTestStack({ trainingMs: 300, strangers: true, settings: STILLS_SETTINGS });
  world = await prepareStills(house.stack, ['Franck', 'Audrey', 'Kim']);
}, 20 * MINUTE);
afterAll(() => house?.stop());
beforeEach(() => world.setFaults([]));

/** The codes of all findings of all pictures. */
const named = ({ pictures }: Still): string[] =>
  pictures.flatMap(({ check }) => check?.findings ?? []).map(({ code }) => code);

function expectWithinPrice(stills: readonly Still[]): void {
  for (const { cost, price } of stills) {
    expect(cost.reservedUsd).toBe(0);
    expect(cost.chargedUsd).toBeLessThanOrEqual(price.highestUsd);
  }
}

describe('a batch of stills', () => {
  it('has its price told before, draws everybody, gives each face to its character, and is reported', {
    timeout: 15 * MINUTE,
  }, async () => {
    const { likeness, frame } = world;
    const frames = [
      frame(['Franck'], { n: 2 }),
      frame(['Audrey']),
      frame(['Franck', 'Kim'], { n: 2 }),
      frame(['Audrey', 'Franck']),
    ];
    const told = await likeness.stills.dryRun({ frames });
    const { route, prompt, price } = told.frames[2] ?? {};
    expect({ stills: told.stills, refusals: told.refusals, route }).toEqual({
      stills: 6,
      refusals: [],
      route: 'lora+inpaint',
    });
    expect(prompt).toContain(world.triggerOf('Franck'));
    // Each variant: the scene and one face, and twice the same for two repairs.
    expect(price).toMatchObject({ lowestUsd: 2 * 0.07, highestUsd: 2 * 0.21 });
    const before = await world.requests();
    const { batchId, stills } = await world.drawn({ frames }, 'first-batch');
    expect(stills.map(({ state }) => state)).toEqual(Array(6).fill('passed'));
    expect(stills.map(({ cost }) => cost.chargedUsd)).toEqual([0.035, 0.035, 0.035, 0.07, 0.07, 0.07]);
    expect(await world.requests()).toBe(before + 9);
    const given = await world.given(stills);
    expect(given.length).toBeGreaterThanOrEqual(9);
    expect(new Set(given)).toEqual(new Set(['right']));

    const repeated = await world.drawn({ frames }, 'first-batch');
    expect(repeated.batchId).toBe(batchId);
    expect(await world.requests()).toBe(before + 9);

    const { counts, cost, characters, findings, worst } = await likeness.stills.report(batchId);
    expect({ counts, cost, findings }).toMatchObject({
      counts: { passed: 6 },
      cost: { chargedUsd: 0.315, reservedUsd: 0 },
      findings: [],
    });
    expect(characters.map(({ name, appearances }) => [name, appearances.length])).toEqual([
      ['Franck', 5],
      ['Audrey', 2],
      ['Kim', 2],
    ]);
    for (const { lowest = 0 } of characters) expect(lowest).toBeGreaterThan(85);
    expect(worst).toHaveLength(6);
  });

  it('ends its requests when it is cancelled in the middle, and pays for none that waited', async () => {
    await world.setFaults([{ fault: 'stuck_in_queue', endpoint: PAINT }]);
    const frames = [world.frame(['Franck']), world.frame(['Franck', 'Kim'])];
    const { batchId } = await world.likeness.stills.create({ frames });
    const wait = AbortSignal.timeout(5 * MINUTE);
    for await (const { batch } of world.likeness.stills.watch(batchId, { signal: wait })) {
      const [, second] = (await world.likeness.stills.get(batchId)).stills;
      if (batch.counts.passed === 1 && (second?.cost.chargedUsd ?? 0) > 0 && (second?.cost.reservedUsd ?? 0) > 0) break;
    }
    await world.likeness.stills.cancel(batchId);
    const [first, second] = await world.ended(batchId);
    expect([first?.state, second?.state]).toEqual(['passed', 'cancelled']);
    expect(second?.cost).toMatchObject({ chargedUsd: 0.035, reservedUsd: 0 });
    expect((await world.likeness.stills.get(batchId)).state).toBe('cancelled');
  });

  it('waits when its budget has no room for a repair, and goes on by itself when it was raised', async () => {
    await world.setFaults([{ fault: 'extra_person', times: 1, endpoint: DRAW }]);
    const { batchId } = await world.likeness.stills.create({ frames: [world.frame(['Kim'])], budgetUsd: 0.05 });
    const wait = AbortSignal.timeout(5 * MINUTE);
    for await (const { batch } of world.likeness.stills.watch(batchId, { signal: wait })) {
      if (batch.state === 'waiting_for_budget') break;
    }
    await world.likeness.stills.setBudget(batchId, 0.1);
    const [still] = await world.ended(batchId);
    expect(still).toMatchObject({ state: 'passed', repairs: 1, cost: { chargedUsd: 0.07 } });
    expect((await world.likeness.stills.get(batchId)).state).toBe('done');
  });
});

describe('a mistake of the model is named by its own finding, and repaired:', () => {
  const AT: Record<Exclude<PeopleFault, 'wrong_age'>, string> = {
    swap: DRAW,
    missing: DRAW,
    duplicate: DRAW,
    extra_person: DRAW,
    off_screen_leak: DRAW,
    blend: PAINT,
    repair_misses: PAINT,
  };

  it.each(Object.entries(AT))('%s', async (fault, endpoint) => {
    const isLeak = fault === 'off_screen_leak';
    // Who leaks has to be in another frame of the batch.
    const frames = [world.frame(['Audrey', 'Kim']), ...(isLeak ? [world.frame(['Franck'])] : [])];
    const person = isLeak ? { person: world.triggerOf('Franck') } : {};
    await world.setFaults([{ fault, endpoint, times: 1, ...person }]);
    const { stills } = await world.drawn({ frames });
    const [still] = stills;
    if (!still) throw new Error('there is no still');
    expect(named(still)).toContain(NAMES_OF_FAULTS[fault as PeopleFault]);
    expect(still).toMatchObject({ state: 'passed', findings: [], repairs: 1 });
    expect(await world.given(stills)).not.toContain('wrong');
    expectWithinPrice(stills);
  });

  it('a picture that the content checker has blackened', async () => {
    await world.setFaults([{ fault: 'output_nsfw', endpoint: DRAW, times: 1 }]);
    const [still] = (await world.drawn({ frames: [world.frame(['Franck', 'Kim'])] })).stills;
    expect(named(still as Still)).toContain('provider_flagged');
    expect(still).toMatchObject({ state: 'passed', repairs: 1 });
  });
});

describe('a still that its repairs do not save is flagged, and a person', () => {
  /** A still whose second face is always mixed with the first: these two are near to both then. */
  async function flagged(maxRepairs = 0): Promise<{ batchId: string; still: Still }> {
    await world.setFaults([{ fault: 'blend', endpoint: PAINT }]);
    const { batchId, stills } = await world.drawn({ frames: [world.frame(['Audrey', 'Kim'])], maxRepairs });
    await world.setFaults([]);
    const [still] = stills;
    if (!still) throw new Error('there is no still');
    expect(still).toMatchObject({ state: 'flagged', repairs: maxRepairs, findings: [{ code: 'blended', member: 1 }] });
    return { batchId, still };
  }

  it('has one face repaired', async () => {
    const { batchId, still } = await flagged(1);
    expect(still.cost.chargedUsd).toBeCloseTo(0.105);
    const { priceUsd } = await world.likeness.stills.againPrice(batchId, still.stillId, 'repair');
    const before = await world.requests();
    const key = { idempotencyKey: 'repair' };
    await world.likeness.stills.repair(batchId, still.stillId, key);
    const [repaired] = await world.ended(batchId);
    expect(repaired).toMatchObject({ state: 'passed', findings: [], repairs: 2 });
    await world.likeness.stills.repair(batchId, still.stillId, key);
    expect(await world.requests()).toBe(before + 1);
    expect(repaired?.price.highestUsd).toBeCloseTo(still.price.highestUsd);
    expect(repaired?.cost.chargedUsd).toBeLessThanOrEqual(still.cost.chargedUsd + priceUsd);
  });

  it('has it drawn anew', async () => {
    const { batchId, still } = await flagged();
    await world.likeness.stills.redraw(batchId, still.stillId);
    const [redrawn] = await world.ended(batchId);
    expect(redrawn).toMatchObject({ state: 'passed', findings: [] });
    expect(redrawn?.pictures).toHaveLength(4);
  });

  it('accepts it with a reason', async () => {
    const { batchId, still } = await flagged();
    const accepted = await world.likeness.stills.accept(batchId, still.stillId, 'It is meant to be their child.');
    expect(accepted).toMatchObject({
      state: 'passed',
      findings: [{ code: 'blended' }],
      accepted: { reason: 'It is meant to be their child.' },
    });
    const { counts, findings } = await world.likeness.stills.report(batchId);
    expect({ counts, findings }).toMatchObject({ counts: { passed: 1 }, findings: [{ code: 'blended', count: 1 }] });
  });
});

it('a LoRA that shows nobody it was trained on is flagged after its repairs, within the price that was told', async () => {
  const learned = (mean: number) => ({ likeness: { 'fal-ai/flux-lora-fast-training': { mean } } });
  await world.setSandbox(learned(0.05));
  const { stills } = await world.drawn({ frames: [world.frame(['Audrey'])] });
  await world.setSandbox({ likeness: {} });
  const [still] = stills;
  expect(still).toMatchObject({ state: 'flagged', repairs: 2, findings: expect.arrayContaining([expect.anything()]) });
  expect(still?.cost.chargedUsd).toBeCloseTo(still?.price.highestUsd ?? 0);
  expectWithinPrice(stills);
});

it('the sum of the ledger is what the provider charged', async () => {
  const { stack } = house;
  const { data, error } = await stack.database.from('provider_calls').select('request_id, charged_micros, state');
  expect(error).toBeNull();
  const rows = data ?? [];
  expect(rows.map(({ state }) => state).filter((state) => state === 'submitted' || state === 'unknown')).toEqual([]);
  const charged = new Map(rows.map((row) => [row.request_id, Number(row.charged_micros)]));
  const books = await (await fetch(`${stack.urls.sandbox}/admin/books`)).json();
  const entries = (books as { entries: { requestId: string; chargedMicros: number }[] }).entries;
  expect(new Map(entries.map(({ requestId, chargedMicros }) => [requestId, chargedMicros]))).toEqual(charged);
});
