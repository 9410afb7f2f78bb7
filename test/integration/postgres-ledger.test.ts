// The money on a real Postgres, with forty callers at once: nobody posts twice, no cap is passed, and whatever happens in
// whatever order, the budget is the sum of its rows.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBooks } from '../../adapters/supabase/books.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { createProviderAccount } from '../../adapters/supabase/provider-account.ts';
import type { Ledger, NewCall } from '../../core/ports/ledger.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import { type Cast, newCast, newIdentity } from '../support/cast.ts';
import { atOnce, CONNECTIONS, type Hammer, refusals, startHammer, values } from '../support/hammer.ts';
import { identityCall } from '../support/new-call.ts';
import { noPostgresHere } from '../support/postgres/binaries.ts';

const CENT = 10_000;
/** Of a month and of an identity: what fits of calls that cost a cent. */
const FITS = 10;
const CAPS = { defaultCapMicros: FITS * CENT, identityCapMicros: 1_000 * CENT };
const NO_CAPS = { defaultCapMicros: 1e12, identityCapMicros: 1e12 };

describe.skipIf(noPostgresHere)('forty callers at once', () => {
  let hammer: Hammer;
  let capped: Ledger;
  let rich: Ledger;
  beforeAll(async () => {
    hammer = await startHammer();
    capped = createLedger(hammer.client, CAPS);
    rich = createLedger(hammer.client, NO_CAPS);
  });
  afterAll(() => hammer?.database.stop());

  const callOf = (cast: Cast, key: string = randomUUID()): NewCall =>
    identityCall(cast, { key: `${cast.identityId}/train/${key}`, estimate: CENT });

  /** What the budget says, which has to be what the rows add up to. */
  async function books(tenantId: string) {
    const { data: calls } = await hammer.client.from('provider_calls').select().eq('tenant_id', tenantId);
    const { data: budget } = await hammer.client.from('budgets').select().eq('tenant_id', tenantId).single();
    const sums = { reserved: 0, charged: 0 };
    for (const call of calls ?? []) {
      if (['intent', 'unknown', 'submitted'].includes(call.state)) sums.reserved += call.estimate_micros;
      sums.charged += call.charged_micros ?? 0;
    }
    expect({ reserved: budget?.reserved_micros, charged: budget?.charged_micros }).toEqual(sums);
    return { ...sums, calls: calls ?? [] };
  }

  test('of one call: exactly one may post, in each of ten rounds', async () => {
    const cast = await newCast(hammer.client);
    for (let round = 0; round < 10; round++) {
      const call = callOf(cast);
      const opened = await atOnce(CONNECTIONS, () => rich.open(call));
      expect(refusals(opened)).toEqual({});
      expect(values(opened).filter((answer) => answer.mayPost)).toHaveLength(1);
      expect(new Set(values(opened).map((answer) => answer.call.id)).size).toBe(1);
    }
    expect(await books(cast.tenantId)).toMatchObject({ reserved: 10 * CENT, charged: 0 });
  });

  test('of one tenant: exactly as many may post as the month allows', async () => {
    for (let round = 0; round < 5; round++) {
      const cast = await newCast(hammer.client);
      const opened = await atOnce(CONNECTIONS, () => capped.open(callOf(cast)));
      expect(values(opened).filter((answer) => answer.mayPost)).toHaveLength(FITS);
      expect(refusals(opened)).toEqual({ BudgetExceeded: CONNECTIONS - FITS });
      expect(await books(cast.tenantId)).toMatchObject({ reserved: FITS * CENT });
    }
  });

  test('of one identity: exactly as many may post as it may cost', async () => {
    const ledger = createLedger(hammer.client, { ...NO_CAPS, identityCapMicros: FITS * CENT });
    for (let round = 0; round < 5; round++) {
      const cast = await newCast(hammer.client);
      const opened = await atOnce(CONNECTIONS, () => ledger.open(callOf(cast)));
      expect(values(opened)).toHaveLength(FITS);
      expect(refusals(opened)).toEqual({ BudgetExceeded: CONNECTIONS - FITS });
    }
  });

  test('a storm of openings and refusals gives no attempt to two callers', async () => {
    const cast = await newCast(hammer.client);
    const calls = Array.from({ length: 4 }, () => callOf(cast));
    const given: string[] = [];
    const storm = await atOnce(CONNECTIONS, async (caller) => {
      for (let step = 0; step < 10; step++) {
        const { call, mayPost } = await rich.open(calls[(caller + step) % calls.length] as NewCall);
        if (!mayPost) continue;
        given.push(`${call.id}/${call.attempts}`);
        await rich.refused(call, '429');
      }
    });
    expect(refusals(storm)).toEqual({});
    expect(new Set(given).size).toBe(given.length);
    const { calls: rows, reserved } = await books(cast.tenantId);
    expect(rows.reduce((sum, row) => sum + row.attempts, 0)).toBe(given.length);
    expect(reserved).toBe(0);
  });

  test('a storm of openings and ends leaves a budget that is the sum of its rows', async () => {
    const cast = await newCast(hammer.client);
    const identities = [cast, { ...cast, identityId: await newIdentity(hammer.client, cast) }];
    const ends = [
      (call: ProviderCall) => rich.settled(call, CENT / 2, {}),
      (call: ProviderCall) => rich.failed(call, CENT / 4, 'the job failed'),
      async () => undefined,
    ];
    const storm = await atOnce(CONNECTIONS, async (caller) => {
      for (let step = 0; step < 5; step++) {
        const { call } = await rich.open(callOf(identities[caller % 2] as Cast));
        await rich.submitted(call, randomUUID());
        await ends[(caller + step) % ends.length]?.(call);
      }
    });
    expect(refusals(storm)).toEqual({});
    const { calls, reserved, charged } = await books(cast.tenantId);
    expect(calls).toHaveLength(CONNECTIONS * 5);
    expect(reserved).toBeGreaterThan(0);
    expect(charged).toBeGreaterThan(0);
  });

  test('of forty calls that are offered one request id exactly one takes it', async () => {
    const cast = await newCast(hammer.client);
    const opened = values(await atOnce(CONNECTIONS, () => rich.open(callOf(cast))));
    const request = randomUUID();
    const taken = await atOnce(CONNECTIONS, (index) =>
      rich.submitted((opened[index] as { call: ProviderCall }).call, request),
    );
    expect(values(taken)).toHaveLength(1);
    expect(refusals(taken)).toEqual({ Internal: CONNECTIONS - 1 });
  });

  test('of forty request ids that are offered to one call exactly one stays', async () => {
    const { call } = await rich.open(callOf(await newCast(hammer.client)));
    const ids = Array.from({ length: CONNECTIONS }, () => randomUUID());
    const told = await atOnce(CONNECTIONS, (index) =>
      index % 4 === 0 ? rich.unknown(call, 'connection reset') : rich.submitted(call, ids[index] as string),
    );
    const accepted = ids.filter((_, index) => index % 4 !== 0 && told[index]?.status === 'fulfilled');
    expect(accepted).toHaveLength(1);
    expect(await rich.find(call.key)).toMatchObject({ state: 'submitted', requestId: accepted[0] });
  });

  test('a cap that is lowered meanwhile holds for whoever opens after it', async () => {
    const cast = await newCast(hammer.client);
    const lowered = createBooks(hammer.client, NO_CAPS);
    const opened = await atOnce(CONNECTIONS, async (caller) => {
      if (caller === CONNECTIONS / 2) return void (await lowered.setMonthlyCap(cast.tenantId, 5 * CENT));
      await rich.open(callOf(cast));
    });
    expect(Object.keys(refusals(opened)).filter((code) => code !== 'BudgetExceeded')).toEqual([]);
    const before = (await books(cast.tenantId)).reserved;
    await atOnce(FITS, () => rich.open(callOf(cast)));
    expect((await books(cast.tenantId)).reserved).toBe(Math.max(before, 5 * CENT));
  });

  test('of a locked account exactly one may try whether it works again', async () => {
    const times = { first: 1, longest: 1, lease: 60_000, busy: 5_000, admin: { first: 1, longest: 1 } };
    const account = createProviderAccount(hammer.client, 'sandbox', times);
    for (let round = 0; round < 10; round++) {
      const locked = values(await atOnce(CONNECTIONS, () => account.refused('402', undefined, 'balance')));
      expect(locked.filter(({ changed }) => changed)).toHaveLength(1);
      // The first probe is due a millisecond after the refusal.
      await sleep(20);
      const passes = values(await atOnce(CONNECTIONS, () => account.acquire()));
      const probes = passes.flatMap((pass) => (pass.allowed ? [pass.probe] : []));
      expect(probes).toHaveLength(1);
      expect(await account.worked(probes[0] ?? '')).toBe(true);
    }
  });

  test('and the server has seen no deadlock', async () => {
    expect(await hammer.database.postgres.deadlocks()).toBe(0);
  });
});
