// What batches and stills promise, whoever keeps them: written once, with versions that may be used; an end is kept; a
// person opens a still again once for each id.

import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { NewBatch, StillPicture, Stills } from '../../core/ports/stills.ts';
import { stillObject } from '../../domain/keys.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { CastMember, FrameCheck, Manifest } from '../../domain/stills/still.ts';
import type { VersionState } from '../../domain/version.ts';

export interface StillsUnderTest {
  stills: Stills;
  /** A tenant with a character whose version 1 is current. */
  newMember(): Promise<{ tenantId: string; member: CastMember }>;
  newTenant(): Promise<string>;
  setVersion(tenantId: string, member: CastMember, state: VersionState): Promise<void>;
  /** Charges a still for one more picture. */
  charge(tenantId: string, stillId: string, amount: MicroUsd): Promise<void>;
}

const LIMITS = { openBatches: 2, monthCap: 1_000_000 };
const SIZE = { width: 1024, height: 576 };

export const memberOf = (characterId: string, identityId: string, loraSha256: string): CastMember => ({
  characterId,
  identityId,
  version: 1,
  name: 'Ada',
  subject: { kind: 'human', noun: 'woman' },
  triggerWord: 'lkbdfgkl',
  loraSha256,
  strength: 80,
  family: 'flux1',
  place: { kind: 'order', order: 0 },
});

export function newBatch(tenantId: string, cast: CastMember[], count: number): NewBatch {
  const manifest: Manifest = {
    route: 'lora',
    cast,
    prompts: { scene: 'lkbdfgkl woman in a café', faces: cast.map(() => 'face of lkbdfgkl woman') },
    size: SIZE,
    references: [],
  };
  const price = { lowest: 35_000, highest: 105_000 };
  return {
    id: randomUUID(),
    tenantId,
    requestHash: 'a'.repeat(64),
    context: { projectId: 'p1' },
    ignored: [{ frame: 0, field: 'references', reason: 'The route lora draws from no pictures.' }],
    maxRepairs: 2,
    budget: count * price.highest,
    price: { lowest: count * price.lowest, highest: count * price.highest },
    stills: Array.from({ length: count }, (_, at) => ({
      id: randomUUID(),
      number: at + 1,
      frame: at,
      frameId: `frame-${at}`,
      variant: 1,
      manifest,
      seed: 4_000_000_000 + at,
      price,
    })),
  };
}

const CHECK: FrameCheck = {
  calibration: 'f1',
  size: SIZE,
  faces: [{ box: { x: 10.5, y: 20, width: 90, height: 120 }, state: 'recognised', member: 0, score: 91.2 }],
  findings: [{ code: 'extra_person', face: 0 }],
};

export function describeStills(make: () => Promise<StillsUnderTest>): void {
  let world: StillsUnderTest;
  beforeAll(async () => {
    world = await make();
  });

  async function opened(count: number) {
    const { tenantId, member } = await world.newMember();
    const asked = newBatch(tenantId, [member], count);
    const answer = await world.stills.open(asked, LIMITS);
    if (!('batch' in answer)) throw new Error(`Refused: ${answer.refused}`);
    const [first] = asked.stills;
    if (!first) throw new Error('No still was asked for.');
    const picture = (number: number): Omit<StillPicture, 'check' | 'createdAt'> => ({
      id: randomUUID(),
      number,
      kind: number === 1 ? 'draw' : 'repaint',
      base: number === 1 ? undefined : 1,
      seed: 7,
      size: SIZE,
      object: stillObject(tenantId, asked.id, first.id, number),
      sha256: 'b'.repeat(64),
      flagged: false,
    });
    return { tenantId, member, asked, batch: answer.batch, stillId: first.id, picture };
  }

  describe('a batch', () => {
    test('is written once with its stills; the same id again answers what is there', async () => {
      const { tenantId, asked, batch } = await opened(3);
      const { stills: _, ...rest } = asked;
      expect(batch).toMatchObject({ ...rest, state: 'running', counts: { queued: 3, passed: 0 } });
      expect(batch.cost).toEqual({ charged: 0, reserved: 0 });
      expect(await world.stills.open({ ...asked, requestHash: 'c'.repeat(64) }, LIMITS)).toMatchObject({
        batch: { requestHash: asked.requestHash },
      });
      const list = await world.stills.list(tenantId, asked.id, 1, 10);
      expect(list.map(({ number }) => number)).toEqual([2, 3]);
      expect(list[0]).toMatchObject({ ...asked.stills[1], state: 'queued', cap: 105_000, pictures: [], again: 0 });
    });

    test('is there for its own tenant alone', async () => {
      const { asked, stillId } = await opened(1);
      const other = await world.newTenant();
      expect(await world.stills.batch(other, asked.id)).toBeUndefined();
      expect(await world.stills.list(other, asked.id, 0, 10)).toEqual([]);
      expect(await world.stills.find(other, stillId)).toBeUndefined();
      expect(await world.stills.accept(other, stillId, 'key:k1', 'Fine.')).toBeUndefined();
      expect(await world.stills.setBudget(other, asked.id, 1)).toBe(false);
      await expect(world.stills.open({ ...asked, tenantId: other }, LIMITS)).rejects.toMatchObject({
        code: 'NotFound',
      });
      await expect(world.stills.saveState(other, stillId, 'drawing')).rejects.toMatchObject({ code: 'NotFound' });
      await expect(
        world.stills.closeBatch(other, asked.id, { state: 'done', reason: undefined }),
      ).rejects.toMatchObject({
        code: 'NotFound',
      });
    });

    test.each(['retired', 'revoked'] as const)(
      'is refused with a version that is %s, and nothing is written',
      async (state) => {
        const { tenantId, member } = await world.newMember();
        await world.setVersion(tenantId, member, state);
        const asked = newBatch(tenantId, [member], 1);
        const { identityId, version } = member;
        expect(await world.stills.open(asked, LIMITS)).toEqual({ refused: 'version', identityId, version, state });
        expect(await world.stills.batch(tenantId, asked.id)).toBeUndefined();
      },
    );

    test('is refused when its lowest price does not fit into the month, and when too many are open', async () => {
      const { tenantId, member } = await world.newMember();
      const dear = newBatch(tenantId, [member], 1);
      dear.price = { lowest: LIMITS.monthCap + 1, highest: LIMITS.monthCap + 1 };
      expect(await world.stills.open(dear, LIMITS)).toEqual({ refused: 'budget' });
      for (let n = 0; n < 2; n++) await world.stills.open(newBatch(tenantId, [member], 1), LIMITS);
      const third = newBatch(tenantId, [member], 1);
      expect(await world.stills.open(third, LIMITS)).toEqual({ refused: 'open_batches', open: 2 });
    });

    test('waits for budget and goes on; its end is kept, and ends what is left of it', async () => {
      const { tenantId, asked, stillId } = await opened(2);
      await world.stills.saveBatchState(tenantId, asked.id, 'waiting_for_budget');
      expect((await world.stills.batch(tenantId, asked.id))?.state).toBe('waiting_for_budget');
      expect(await world.stills.setBudget(tenantId, asked.id, 9_000_000)).toBe(true);
      await world.stills.saveBatchState(tenantId, asked.id, 'running');
      await world.stills.close(tenantId, stillId, { state: 'passed', best: undefined, repairs: 0, reason: undefined });
      const end = { state: 'cancelled', reason: 'Cancelled on request.' } as const;
      expect(await world.stills.closeBatch(tenantId, asked.id, end)).toBe(true);
      expect(await world.stills.closeBatch(tenantId, asked.id, { state: 'done', reason: undefined })).toBe(false);
      await world.stills.saveBatchState(tenantId, asked.id, 'running');
      expect(await world.stills.batch(tenantId, asked.id)).toMatchObject({
        state: 'cancelled',
        budget: 9_000_000,
        counts: { passed: 1, cancelled: 1 },
        closeReason: 'Cancelled on request.',
      });
    });

    test('costs what it is set to, however often; the same again is no change', async () => {
      const { tenantId, asked, stillId } = await opened(1);
      await world.stills.setBudget(tenantId, asked.id, 200_000);
      const raised = await world.stills.batch(tenantId, asked.id);
      expect(await world.stills.setBudget(tenantId, asked.id, 200_000)).toBe(true);
      expect(await world.stills.batch(tenantId, asked.id)).toEqual(raised);
      await world.charge(tenantId, stillId, 35_000);
      expect(await world.stills.setBudget(tenantId, asked.id, 1000)).toBe(true);
      expect(await world.stills.batch(tenantId, asked.id)).toMatchObject({ budget: 1000, cost: { charged: 35_000 } });
    });

    test('knows its stills that were begun and have not ended, also by a further pass', async () => {
      const { tenantId, asked, stillId } = await opened(3);
      const second = asked.stills[1]?.id ?? '';
      expect(await world.stills.underWay(tenantId, asked.id)).toEqual([]);
      for (const id of [second, stillId]) await world.stills.saveState(tenantId, id, 'drawing');
      expect(await world.stills.underWay(tenantId, asked.id)).toMatchObject([
        { id: stillId, number: 1, again: 0 },
        { id: second, number: 2, again: 0 },
      ]);
      for (const id of [second, stillId])
        await world.stills.close(tenantId, id, { state: 'failed', best: undefined, repairs: 0, reason: 'No.' });
      await world.stills.again(tenantId, second, { id: randomUUID(), kind: 'redraw', price: 35_000 });
      const [again, ...others] = await world.stills.underWay(tenantId, asked.id);
      expect(others).toEqual([]);
      const still = await world.stills.find(tenantId, second);
      expect(again).toEqual({ id: second, number: 2, again: 1, openedAt: still?.openedAt });
      expect(Date.parse(again?.openedAt ?? '')).toBeGreaterThan(Date.parse(still?.createdAt ?? ''));
      expect(await world.stills.underWay(await world.newTenant(), asked.id)).toEqual([]);
    });

    test('names the characters of all its casts, and plans the stills that are left', async () => {
      const { tenantId, asked, member, stillId } = await opened(6);
      const { characterId, identityId } = member;
      expect(await world.stills.cast(tenantId, asked.id)).toEqual([{ characterId, identityId }]);
      await world.stills.close(tenantId, stillId, { state: 'failed', best: undefined, repairs: 0, reason: 'No.' });
      const plans = await world.stills.plans(tenantId, asked.id, 0, 3);
      expect(plans.map(({ number }) => number)).toEqual([2, 3, 4]);
      expect(plans[0]).toEqual({
        tenantId,
        batchId: asked.id,
        stillId: asked.stills[1]?.id,
        number: 2,
        cast: [{ hasFace: true, place: { kind: 'order', order: 0 } }],
        route: 'lora',
        seed: 4_000_000_001,
        size: SIZE,
        maxRepairs: 2,
        priority: 4,
      });
    });
  });

  describe('a still', () => {
    test('keeps its pictures with their checks, each number once', async () => {
      const { tenantId, stillId, picture } = await opened(1);
      const first = picture(1);
      await world.stills.savePicture(tenantId, stillId, first);
      await world.stills.savePicture(tenantId, stillId, picture(1));
      await world.stills.savePicture(tenantId, stillId, picture(2));
      await world.stills.saveCheck(tenantId, stillId, 2, CHECK);
      const still = await world.stills.find(tenantId, stillId);
      expect(still?.pictures).toMatchObject([
        { ...first, check: undefined },
        { number: 2, kind: 'repaint', base: 1, check: CHECK },
      ]);
      expect(await world.stills.picture(tenantId, first.id)).toMatchObject({ ...first, stillId });
      expect(await world.stills.picture(await world.newTenant(), first.id)).toBeUndefined();
      await expect(world.stills.saveCheck(tenantId, stillId, 3, CHECK)).rejects.toMatchObject({ code: 'NotFound' });
    });

    test('keeps its end', async () => {
      const { tenantId, stillId } = await opened(1);
      await world.stills.saveState(tenantId, stillId, 'drawing');
      expect((await world.stills.find(tenantId, stillId))?.state).toBe('drawing');
      const end = { state: 'flagged', best: 2, repairs: 1, reason: undefined } as const;
      expect(await world.stills.close(tenantId, stillId, end)).toBe(true);
      expect(await world.stills.close(tenantId, stillId, { ...end, state: 'failed' })).toBe(false);
      await world.stills.saveState(tenantId, stillId, 'drawing');
      expect(await world.stills.find(tenantId, stillId)).toMatchObject({ state: 'flagged', best: 2, repairs: 1 });
    });

    test('every change raises the revision of its batch, and a reader finds what changed', async () => {
      const { tenantId, asked, stillId, batch } = await opened(3);
      expect(await world.stills.changed(tenantId, asked.id, batch.revision, 10)).toEqual([]);
      await world.stills.saveState(tenantId, stillId, 'drawing');
      const [changed, ...others] = await world.stills.changed(tenantId, asked.id, batch.revision, 10);
      expect(others).toEqual([]);
      expect(changed?.id).toBe(stillId);
      const now = await world.stills.batch(tenantId, asked.id);
      expect(now?.revision).toBe(changed?.revision);
      expect(now?.revision).toBeGreaterThan(batch.revision);
    });

    test('that is flagged is accepted once, with who and why', async () => {
      const { tenantId, stillId } = await opened(1);
      expect(await world.stills.accept(tenantId, stillId, 'key:k1', 'The back of the head is fine.')).toBe(
        'not_flagged',
      );
      await world.stills.close(tenantId, stillId, { state: 'flagged', best: 1, repairs: 2, reason: undefined });
      expect(await world.stills.accept(tenantId, stillId, 'key:k1', 'The back of the head is fine.')).toBe('done');
      expect(await world.stills.accept(tenantId, stillId, 'key:k2', 'Another reason.')).toBe('done');
      expect(await world.stills.find(tenantId, stillId)).toMatchObject({
        state: 'passed',
        accepted: { by: 'key:k1', reason: 'The back of the head is fine.' },
      });
    });

    test('is opened again once for each id, and costs more from then on', async () => {
      const { tenantId, asked, stillId, picture } = await opened(1);
      const ask = { id: randomUUID(), kind: 'repair', price: 35_000 } as const;
      expect(await world.stills.again(tenantId, stillId, ask)).toBe('running');
      await world.stills.savePicture(tenantId, stillId, picture(1));
      await world.stills.saveCheck(tenantId, stillId, 1, CHECK);
      await world.stills.close(tenantId, stillId, { state: 'flagged', best: 1, repairs: 2, reason: undefined });
      await world.stills.closeBatch(tenantId, asked.id, { state: 'done', reason: undefined });
      const answer = await world.stills.again(tenantId, stillId, ask);
      const again = { kind: 'repair', best: { picture: 1, check: CHECK }, number: 1, repairs: 2 };
      expect(answer).toMatchObject({ number: 1, plan: { stillId, priority: 2, again } });
      expect(await world.stills.again(tenantId, stillId, ask)).toEqual(answer);
      expect(await world.stills.again(tenantId, stillId, { ...ask, id: randomUUID() })).toBe('running');
      const still = await world.stills.find(tenantId, stillId);
      expect(still).toMatchObject({ state: 'repairing', cap: 140_000, again: 1, closedAt: undefined });
      expect((await world.stills.batch(tenantId, asked.id))?.budget).toBe(asked.budget + 35_000);
      expect(await world.stills.plans(tenantId, asked.id, 0, 10)).toEqual([]);
      await world.stills.close(tenantId, stillId, { state: 'passed', best: 2, repairs: 3, reason: undefined });
      expect(await world.stills.again(tenantId, stillId, { ...ask, id: randomUUID(), kind: 'redraw' })).toMatchObject({
        number: 2,
        plan: { again: { kind: 'redraw' } },
      });
    });

    /** A batch that is done, with a flagged still whose best picture is the first. */
    async function flagged() {
      const one = await opened(1);
      const { tenantId, asked, stillId, picture } = one;
      await world.stills.savePicture(tenantId, stillId, picture(1));
      await world.stills.saveCheck(tenantId, stillId, 1, CHECK);
      await world.stills.close(tenantId, stillId, { state: 'flagged', best: 1, repairs: 2, reason: undefined });
      await world.stills.closeBatch(tenantId, asked.id, { state: 'done', reason: undefined });
      const ask = (kind: 'repair' | 'redraw', id = randomUUID(), price = 35_000) =>
        world.stills.again(tenantId, stillId, { id, kind, price });
      const end = (best: number, state: 'flagged' | 'cancelled' | 'passed' = 'flagged', again?: number) =>
        world.stills.close(tenantId, stillId, {
          state,
          best,
          repairs: 3,
          reason: undefined,
          ...(again === undefined ? {} : { again }),
        });
      const now = () => world.stills.find(tenantId, stillId);
      const accept = (reason: string) => world.stills.accept(tenantId, stillId, 'key:k1', reason);
      return { ...one, ask, end, now, accept };
    }

    test('that many ask for at once with one id is opened once', async () => {
      const { ask, now } = await flagged();
      const id = randomUUID();
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask('repair', id)));
      expect(answers).toEqual(Array(8).fill(answers[0]));
      expect(answers[0]).toMatchObject({ number: 1 });
      expect(await now()).toMatchObject({ again: 1, againIds: [id], againKind: 'repair', cap: 140_000 });
    });

    test('that many ask for at once with different ids is opened for one of them', async () => {
      const { ask, now, tenantId, asked } = await flagged();
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask('redraw')));
      expect(answers.filter((answer) => answer === 'running')).toHaveLength(7);
      expect(await now()).toMatchObject({ again: 1, cap: 140_000 });
      expect((await world.stills.batch(tenantId, asked.id))?.budget).toBe(asked.budget + 35_000);
    });

    test('is not opened by an id of before, whatever was asked for since', async () => {
      const { ask, end, now } = await flagged();
      const first = randomUUID();
      await ask('repair', first);
      await end(1);
      await ask('redraw');
      await end(1);
      const before = await now();
      expect(await ask('repair', first)).toMatchObject({ number: 1 });
      expect(await now()).toMatchObject({ again: 2, state: 'flagged', cap: before?.cap });
    });

    test('opened again may cost its price, also when it or its batch has cost more than it may', async () => {
      const { ask, now, tenantId, asked, stillId } = await flagged();
      await world.charge(tenantId, stillId, 210_000);
      await world.stills.setBudget(tenantId, asked.id, 1000);
      await ask('repair');
      expect((await now())?.cap).toBe(245_000);
      expect((await world.stills.batch(tenantId, asked.id))?.budget).toBe(245_000);
    });

    test('of a running batch can be opened again; the batch draws the others, and its end leaves this one', async () => {
      const { tenantId, asked, stillId } = await opened(2);
      await world.stills.close(tenantId, stillId, { state: 'flagged', best: undefined, repairs: 0, reason: undefined });
      const ask = { id: randomUUID(), kind: 'redraw', price: 35_000 } as const;
      expect(await world.stills.again(tenantId, stillId, ask)).toMatchObject({ number: 1 });
      expect((await world.stills.plans(tenantId, asked.id, 0, 10)).map(({ number }) => number)).toEqual([2]);
      await world.stills.closeBatch(tenantId, asked.id, { state: 'cancelled', reason: 'Cancelled on request.' });
      const list = await world.stills.list(tenantId, asked.id, 0, 10);
      expect(list.map(({ state }) => state)).toEqual(['repairing', 'cancelled']);
    });

    test('is not ended by a pass of before', async () => {
      const { ask, end, now } = await flagged();
      await ask('repair');
      await end(1, 'flagged', 1);
      await ask('redraw');
      expect(await end(1, 'flagged', 1)).toBe(false);
      expect((await now())?.state).toBe('repairing');
      expect(await end(1, 'flagged', 2)).toBe(true);
    });

    test.each(['flagged', 'cancelled'] as const)(
      'that was accepted stays so when a further pass ends as %s and the picture is the same',
      async (state) => {
        const { ask, end, now, accept } = await flagged();
        await accept('Seen from behind.');
        await ask('redraw');
        expect(await accept('Seen from behind.')).toBe('not_flagged');
        await end(1, state);
        expect(await now()).toMatchObject({ state: 'passed', best: 1, accepted: { reason: 'Seen from behind.' } });
        expect(await accept('Another reason.')).toBe('done');
        expect((await now())?.accepted?.reason).toBe('Seen from behind.');
      },
    );

    test('that was accepted has to be looked at again when a further pass made another picture', async () => {
      const { tenantId, stillId, picture, ask, end, now, accept } = await flagged();
      await accept('Seen from behind.');
      await ask('redraw');
      await world.stills.savePicture(tenantId, stillId, picture(2));
      await end(2);
      expect(await now()).toMatchObject({ state: 'flagged', best: 2, accepted: undefined });
      expect(await accept('Fine, too.')).toBe('done');
      expect((await now())?.accepted?.reason).toBe('Fine, too.');
    });
  });
}
