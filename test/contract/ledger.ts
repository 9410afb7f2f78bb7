// What the ledger promises, whoever keeps it: who may post, which edges a call can go, and that the books add up.

import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Books, Caps } from '../../core/ports/books.ts';
import type { Ledger, NewCall } from '../../core/ports/ledger.ts';
import {
  identitySubject,
  PROVIDER_CALL_EDGES,
  PROVIDER_CALL_STATES,
  type ProviderCall,
  type ProviderCallState,
} from '../../domain/provider-call.ts';
import { identityCall } from '../support/new-call.ts';

/** An identity of a tenant. */
export interface Payer {
  tenantId: string;
  identityId: string;
}

export interface LedgerUnderTest {
  ledger: Ledger;
  books: Books;
  /** An identity of a new tenant. */
  newCast(): Promise<Payer>;
}

const DOLLAR = 1_000_000;
const CAP = 10 * DOLLAR;
/** Beyond what any test here spends on one identity. */
const IDENTITY_CAP = 1000 * DOLLAR;

type MoveTarget = Exclude<ProviderCallState, 'intent'>;
const TARGETS = PROVIDER_CALL_STATES.filter((state) => state !== 'intent');

/** How a fresh call gets into a state. */
const WAYS: Record<ProviderCallState, readonly MoveTarget[]> = {
  intent: [],
  refused: ['refused'],
  unknown: ['unknown'],
  submitted: ['submitted'],
  settled: ['submitted', 'settled'],
  failed: ['submitted', 'failed'],
};

const training = (cast: Payer, change: Partial<NewCall> = {}): NewCall =>
  identityCall(cast, { key: `${cast.identityId}/train/${randomUUID()}`, estimate: DOLLAR, ...change });

const failure = (code: string) => expect.objectContaining({ name: 'Failure', code });

export function describeLedger(make: (caps: Caps) => Promise<LedgerUnderTest>): void {
  let ledger: Ledger;
  let books: Books;
  let newCast: LedgerUnderTest['newCast'];
  beforeAll(async () => {
    ({ ledger, books, newCast } = await make({ month: CAP, identity: IDENTITY_CAP }));
  });

  async function found(call: Pick<ProviderCall, 'key'>): Promise<ProviderCall> {
    const row = await ledger.find(call.key);
    if (!row) throw new Error(`no call ${call.key}`);
    return row;
  }

  const MOVES: Record<MoveTarget, (call: ProviderCall) => Promise<void>> = {
    submitted: (call) => ledger.submitted(call, `request-of-${call.key}`),
    refused: (call) => ledger.refused(call, '422 from the provider'),
    unknown: (call) => ledger.unknown(call, 'connection reset'),
    settled: (call) => ledger.settled(call, DOLLAR / 2, { lora: 'stored' }),
    failed: (call) => ledger.failed(call, DOLLAR / 4, 'the job failed'),
  };
  async function callIn(cast: Payer, state: ProviderCallState): Promise<ProviderCall> {
    const { call } = await ledger.open(training(cast));
    for (const step of WAYS[state]) await MOVES[step](call);
    return found(call);
  }

  /** The sums of the rows beside those of the budget, which have to be the same. */
  async function sums(tenantId: string) {
    const { items } = await books.entries(tenantId, {}, { limit: 100 });
    const rows = { reserved: 0, charged: 0 };
    for (const { state, estimate, charged } of items) {
      if (['intent', 'unknown', 'submitted'].includes(state)) rows.reserved += estimate;
      rows.charged += charged ?? 0;
    }
    const { reserved, charged } = await books.budget(tenantId);
    return { rows, budget: { reserved, charged } };
  }

  describe('opening a call', () => {
    test('lets exactly one of 20 callers post', async () => {
      const call = training(await newCast());
      const answers = await Promise.all(Array.from({ length: 20 }, () => ledger.open(call)));
      expect(answers.filter((answer) => answer.mayPost)).toHaveLength(1);
      expect(new Set(answers.map((answer) => answer.call.id)).size).toBe(1);
      expect((await sums(call.tenantId)).budget).toEqual({ reserved: DOLLAR, charged: 0 });
    });

    test('answers the row as it was written, with a token that nobody can guess', async () => {
      const call = training(await newCast());
      const opened = await ledger.open(call);
      expect(opened.call).toMatchObject({ ...call, state: 'intent', attempts: 1 });
      expect(opened.call).toMatchObject({
        requestId: undefined,
        charged: undefined,
        input: undefined,
        requestHash: undefined,
        result: undefined,
      });
      expect(opened.call.token).toMatch(/^[\w-]{43}$/);
      expect(Date.parse(opened.call.postedAt)).toBeGreaterThan(Date.now() - 60_000);
      expect(await ledger.find(call.key)).toEqual(opened.call);
      expect(await ledger.find('no such key')).toBeUndefined();
    });

    test('gives the last dollar to one of two', async () => {
      const cast = await newCast();
      await ledger.open(training(cast, { estimate: CAP - DOLLAR }));
      const race = await Promise.allSettled([ledger.open(training(cast)), ledger.open(training(cast))]);
      expect(race.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected']);
      const lost = race.find((answer) => answer.status === 'rejected');
      expect(lost?.reason).toEqual(failure('BudgetExceeded'));
      expect(lost?.reason.message).toContain('may cost $1.00, but only $0.00 of the monthly budget of $10.00 is left');
      expect(await sums(cast.tenantId)).toEqual({
        rows: { reserved: CAP, charged: 0 },
        budget: { reserved: CAP, charged: 0 },
      });
    });

    test('holds a tenant to its own cap, where it has one', async () => {
      const cast = await newCast();
      await ledger.open(training(cast));
      await books.setMonthlyCap(cast.tenantId, 2 * DOLLAR);
      await ledger.open(training(cast));
      await expect(ledger.open(training(cast))).rejects.toEqual(failure('BudgetExceeded'));
    });

    test('refuses a key of another tenant, and an identity of another tenant', async () => {
      const [cast, other] = [await newCast(), await newCast()];
      const call = training(cast);
      await ledger.open(call);
      await expect(ledger.open({ ...call, tenantId: other.tenantId })).rejects.toEqual(failure('NotFound'));
      await expect(ledger.open(training(cast, { tenantId: other.tenantId }))).rejects.toEqual(failure('NotFound'));
      await expect(ledger.open(training(cast, { tenantId: randomUUID() }))).rejects.toEqual(failure('NotFound'));
    });
  });

  describe('a call that was refused', () => {
    test('gives its reservation back, and is opened again as a second attempt of the same row', async () => {
      const cast = await newCast();
      const call = training(cast);
      const first = await ledger.open(call);
      await ledger.posting(first.call, { steps: 1000 });
      await ledger.refused(first.call, '429');
      expect((await sums(cast.tenantId)).budget).toEqual({ reserved: 0, charged: 0 });

      const again = await Promise.all(Array.from({ length: 5 }, () => ledger.open(call)));
      expect(again.filter((answer) => answer.mayPost)).toHaveLength(1);
      const row = await found(call);
      expect(row).toMatchObject({ id: first.call.id, state: 'intent', attempts: 2 });
      // A webhook of the first attempt must not speak for the second.
      expect(row.token).not.toBe(first.call.token);
      expect(row.input).toBeUndefined();
      expect((await sums(cast.tenantId)).budget).toEqual({ reserved: DOLLAR, charged: 0 });
    });

    test('does not hear of its first attempt any more once the second has begun', async () => {
      const cast = await newCast();
      const call = training(cast);
      const first = (await ledger.open(call)).call;
      await ledger.refused(first, 'nothing was posted');
      await ledger.open(call);
      const second = await found(call);
      await expect(ledger.posting(first, { from: 'the first attempt' })).rejects.toThrow(/attempt 1 of 2/);
      for (const to of TARGETS) await expect(MOVES[to](first)).rejects.toEqual(failure('Internal'));
      expect(await found(call)).toEqual(second);
      expect((await sums(cast.tenantId)).budget).toEqual({ reserved: DOLLAR, charged: 0 });
    });

    test('stays refused when the budget does not allow another attempt', async () => {
      const cast = await newCast();
      const call = training(cast);
      await ledger.refused((await ledger.open(call)).call, '429');
      await ledger.open(training(cast, { estimate: CAP }));
      await expect(ledger.open(call)).rejects.toEqual(failure('BudgetExceeded'));
      expect((await found(call)).state).toBe('refused');
    });
  });

  describe('a call moves along its edges and no others', () => {
    test.each(PROVIDER_CALL_STATES)('from %s', async (from) => {
      const cast = await newCast();
      for (const to of TARGETS) {
        const call = await callIn(cast, from);
        if (from === to || (to === 'unknown' && call.requestId !== undefined)) {
          await MOVES[to](call);
          expect(await found(call)).toEqual(call);
        } else if (PROVIDER_CALL_EDGES[from].includes(to)) {
          await MOVES[to](call);
          expect((await found(call)).state).toBe(to);
        } else {
          const refusal = MOVES[to](call);
          await expect(refusal).rejects.toEqual(failure('Internal'));
          await expect(refusal).rejects.toThrow(new RegExp(`is "${from}".* become "${to}"`));
          expect(await found(call)).toEqual(call);
        }
      }
      const { rows, budget } = await sums(cast.tenantId);
      expect(budget).toEqual(rows);
    });

    test('a call that was submitted as one request cannot become another one', async () => {
      const cast = await newCast();
      const { call } = await ledger.open(training(cast));
      const request = randomUUID();
      await ledger.submitted(call, request);
      await expect(ledger.submitted(call, randomUUID())).rejects.toThrow(`"submitted" as request ${request}`);
      expect((await found(call)).requestId).toBe(request);
    });

    test('two calls cannot claim one request', async () => {
      const cast = await newCast();
      const [first, second] = [await callIn(cast, 'intent'), await callIn(cast, 'intent')];
      const request = randomUUID();
      await ledger.submitted(first, request);
      await expect(ledger.submitted(second, request)).rejects.toEqual(failure('Internal'));
      expect((await found(second)).state).toBe('intent');
    });

    test('an end keeps the first answer and charge when it comes twice', async () => {
      const call = await callIn(await newCast(), 'submitted');
      await ledger.settled(call, 1_900_000, { lora: 'first' });
      await ledger.settled(call, 5, { lora: 'second' });
      expect(await found(call)).toMatchObject({ state: 'settled', charged: 1_900_000, result: { lora: 'first' } });
      expect((await sums(call.tenantId)).budget).toEqual({ reserved: 0, charged: 1_900_000 });
    });
  });

  describe('what is about to be posted', () => {
    test('is noted on an intent, as often as it is asked', async () => {
      const call = await callIn(await newCast(), 'intent');
      const input = { images_data_url: 'https://example.org/a.zip', nested: [{ text: 'ü "quoted"' }], none: null };
      await ledger.posting(call, input);
      await ledger.posting(call, input);
      expect((await found(call)).input).toEqual(input);
    });

    test('is not noted once the call has gone on', async () => {
      const call = await callIn(await newCast(), 'unknown');
      await expect(ledger.posting(call, {})).rejects.toThrow(/is "unknown"/);
      expect((await found(call)).input).toBeUndefined();
    });
  });

  test('after a random walk of many calls at once the budget is the sum of its rows', async () => {
    const cast = await newCast();
    const calls = Array.from({ length: 8 }, () => training(cast, { estimate: 3 * DOLLAR }));
    const random = seeded(20261122);
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
    const outcomes = { done: 0, refused: 0 };
    for (let round = 0; round < 15; round++) {
      const steps = Array.from({ length: 8 }, async () => {
        const call = pick(calls);
        const target = pick([...TARGETS, 'open', 'open'] as const);
        const row = await ledger.find(call.key);
        return target === 'open' || !row ? ledger.open(call) : MOVES[target](row);
      });
      for (const step of await Promise.allSettled(steps)) {
        outcomes[step.status === 'fulfilled' ? 'done' : 'refused']++;
        if (step.status === 'rejected') expect(['Internal', 'BudgetExceeded']).toContain(step.reason.code);
      }
    }
    expect(outcomes.done).toBeGreaterThan(30);
    expect(outcomes.refused).toBeGreaterThan(15);
    const { rows, budget } = await sums(cast.tenantId);
    expect(budget).toEqual(rows);
    expect(await books.spend(cast.tenantId, identitySubject(cast.identityId))).toEqual(rows);
  });
}

/** mulberry32: small, and the same walk every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
