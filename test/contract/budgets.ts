// What budgets promise, whoever keeps the books: nobody takes the last dollar twice, a month is a month, and what is shown
// is what the ledger enforces.

import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Books, Caps, Spend } from '../../core/ports/books.ts';
import type { Ledger, NewCall } from '../../core/ports/ledger.ts';
import type { PageRequest } from '../../core/ports/page.ts';
import { appSubject, identitySubject, type ProviderCall } from '../../domain/provider-call.ts';
import { identityCall } from '../support/new-call.ts';
import type { LedgerUnderTest, Payer } from './ledger.ts';

export interface BudgetsUnderTest<Cast extends Payer> extends LedgerUnderTest {
  newCast(): Promise<Cast>;
  /** An identity more of the same tenant. */
  sibling(cast: Cast): Promise<Cast>;
  /** As if the tenant had opened this call, its first, in January 2026. */
  moveToJanuary(call: ProviderCall): Promise<void>;
  /** What the tenant spent in January 2026. */
  spentInJanuary(tenantId: string): Promise<Spend>;
}

const DOLLAR = 1_000_000;
const CAPS: Caps = { month: 10 * DOLLAR, identity: 6 * DOLLAR };

const failure = (code: string) => expect.objectContaining({ name: 'Failure', code });

const call = (cast: Payer, estimate = DOLLAR): NewCall =>
  identityCall(cast, { key: `${cast.identityId}/train/${randomUUID()}`, estimate });

export function describeBudgets<Cast extends Payer>(make: (caps: Caps) => Promise<BudgetsUnderTest<Cast>>): void {
  let world: BudgetsUnderTest<Cast>;
  let ledger: Ledger;
  let books: Books;
  beforeAll(async () => {
    world = await make(CAPS);
    ({ ledger, books } = world);
  });
  const newCast = () => world.newCast();
  const sibling = (cast: Cast) => world.sibling(cast);

  const open = async (newCall: NewCall): Promise<ProviderCall> => (await ledger.open(newCall)).call;

  async function settle(opened: ProviderCall, charged: number): Promise<void> {
    await ledger.submitted(opened, randomUUID());
    await ledger.settled(opened, charged, {});
  }

  describe('the last dollar', () => {
    test('of a month: of 20 requests of 20 identities at once exactly those that fit are let through', async () => {
      const cast = await newCast();
      const identities = await Promise.all(Array.from({ length: 20 }, () => sibling(cast)));
      const race = await Promise.allSettled(identities.map((identity) => ledger.open(call(identity, 1.5 * DOLLAR))));
      const lost = race.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
      expect(lost).toHaveLength(20 - 6);
      for (const reason of lost) {
        expect(reason).toEqual(failure('BudgetExceeded'));
        expect(reason.message).toContain('only $1.00 of the monthly budget of $10.00 is left');
      }
      expect(await books.budget(cast.tenantId)).toMatchObject({ reserved: 9 * DOLLAR, charged: 0 });
      expect((await books.entries(cast.tenantId, {}, { limit: 50 })).items).toHaveLength(6);
      expect((await ledger.open(call(await sibling(cast)))).mayPost).toBe(true);
    });

    test('of an identity: of 20 requests at once exactly those that fit are let through', async () => {
      const cast = await newCast();
      const race = await Promise.allSettled(Array.from({ length: 20 }, () => ledger.open(call(cast, 1.5 * DOLLAR))));
      const lost = race.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
      expect(lost).toHaveLength(20 - 4);
      for (const reason of lost) {
        expect(reason).toEqual(failure('BudgetExceeded'));
        expect(reason.message).toContain('only $0.00 of the $6.00 that one identity may cost is left');
      }
      expect(await books.budget(cast.tenantId)).toMatchObject({ reserved: 6 * DOLLAR, charged: 0 });
    });
  });

  test('two trainings do not leave each other without the images that would test them', async () => {
    const cast = await newCast();
    const withImages = (of: Cast): NewCall => ({ ...call(of, 4_900_000), headroom: 350_000 });
    const [first, second] = [withImages(cast), withImages(await sibling(cast))];
    await open(first);
    await expect(ledger.open(second)).rejects.toThrow('may cost $5.25, but only $5.10 of the monthly budget of $10.00');
    await open(call(cast, 350_000));
    expect(await books.budget(cast.tenantId)).toMatchObject({ reserved: 5_250_000 });
  });

  describe('the cap of an identity', () => {
    test('counts what is reserved and what was charged, and nothing that was given back', async () => {
      const cast = await newCast();
      await settle(await open(call(cast, 3 * DOLLAR)), 2 * DOLLAR);
      await ledger.refused(await open(call(cast, 4 * DOLLAR)), '429');
      await open(call(cast, 3 * DOLLAR));
      await expect(ledger.open(call(cast, DOLLAR + 1))).rejects.toEqual(failure('BudgetExceeded'));
      expect((await ledger.open(call(cast, DOLLAR))).mayPost).toBe(true);
    });

    test('has to hold the headroom of a request too, which it does not take', async () => {
      const cast = await newCast();
      await expect(ledger.open({ ...call(cast, 5 * DOLLAR), headroom: DOLLAR + 1 })).rejects.toThrow('one identity');
      await open({ ...call(cast, 5 * DOLLAR), headroom: DOLLAR });
      expect((await ledger.open(call(cast, DOLLAR))).mayPost).toBe(true);
    });

    test('is each identity’s own', async () => {
      const cast = await newCast();
      await open(call(cast, 6 * DOLLAR));
      await expect(ledger.open(call(cast, 1))).rejects.toEqual(failure('BudgetExceeded'));
      expect((await ledger.open(call(await sibling(cast), 4 * DOLLAR))).mayPost).toBe(true);
    });

    test('holds over the end of a month', async () => {
      const cast = await newCast();
      await world.moveToJanuary(await open(call(cast, 6 * DOLLAR)));
      await expect(ledger.open(call(cast, 1))).rejects.toThrow('one identity');
    });

    test('counts no request of an app, which draws on the month alone', async () => {
      const cast = await newCast();
      const ofApp = (estimate: number): NewCall => ({
        ...call(cast, estimate),
        key: `proxy/${cast.tenantId}/${randomUUID()}`,
        subject: appSubject(cast.tenantId),
      });
      await open(ofApp(7 * DOLLAR));
      const wanted = call(cast, 3 * DOLLAR);
      await open(wanted);
      await expect(ledger.open(ofApp(1))).rejects.toThrow('of the monthly budget of $10.00');
      await expect(ledger.open(call(await sibling(cast), 1))).rejects.toThrow('of the monthly budget of $10.00');
      await ledger.refused(await open(wanted), '429');
      const race = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) => ledger.open(n % 2 === 0 ? ofApp(DOLLAR) : call(cast, DOLLAR))),
      );
      expect(race.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
      const spends = [identitySubject(cast.identityId), appSubject(cast.tenantId)].map((subject) =>
        books.spend(cast.tenantId, subject),
      );
      const [identity, app] = await Promise.all(spends);
      expect((identity?.reserved ?? 0) + (app?.reserved ?? 0)).toBe(10 * DOLLAR);
      expect(await books.budget(cast.tenantId)).toMatchObject({ reserved: 10 * DOLLAR, charged: 0 });
    });

    test('writes nothing when it refuses', async () => {
      const cast = await newCast();
      const refused = call(cast, 6 * DOLLAR + 1);
      await expect(ledger.open(refused)).rejects.toEqual(failure('BudgetExceeded'));
      expect(await ledger.find(refused.key)).toBeUndefined();
      expect(await books.budget(cast.tenantId)).toMatchObject({ reserved: 0, charged: 0 });
    });
  });

  describe('a new month', () => {
    test('begins with the whole budget, and a call settles in the month that it was reserved in', async () => {
      const cast = await newCast();
      const old = await open(call(cast, 5 * DOLLAR));
      await world.moveToJanuary(old);
      const now = await books.budget(cast.tenantId);
      expect(now).toMatchObject({ reserved: 0, charged: 0 });

      await open(call(await sibling(cast), 6 * DOLLAR));
      await open(call(await sibling(cast), 4 * DOLLAR));
      await settle(old, 4.5 * DOLLAR);
      expect(await world.spentInJanuary(cast.tenantId)).toEqual({ reserved: 0, charged: 4.5 * DOLLAR });
      expect(await books.budget(cast.tenantId)).toEqual({ ...now, reserved: 10 * DOLLAR });
      const shown = await books.entries(cast.tenantId, { state: 'settled' }, { limit: 5 });
      expect(shown.items).toMatchObject([{ key: old.key, month: '2026-01', charged: 4.5 * DOLLAR }]);
    });

    test('takes a call that is opened again, and the old month keeps nothing of it', async () => {
      const cast = await newCast();
      const first = call(cast, 5 * DOLLAR);
      const old = await open(first);
      await world.moveToJanuary(old);
      await ledger.refused(old, '429');
      const again = await open(first);
      expect(again).toMatchObject({ id: old.id, attempts: 2 });
      expect(await world.spentInJanuary(cast.tenantId)).toEqual({ reserved: 0, charged: 0 });
      expect(await books.budget(cast.tenantId)).toMatchObject({ reserved: 5 * DOLLAR, charged: 0 });
    });
  });

  describe('the monthly cap', () => {
    test('is the one in the settings until the tenant has its own, and works at once', async () => {
      const cast = await newCast();
      expect(await books.budget(cast.tenantId)).toMatchObject({
        cap: 10 * DOLLAR,
        ownCap: false,
        identityCap: 6 * DOLLAR,
        month: new Date().toISOString().slice(0, 7),
      });
      await open(call(cast, 6 * DOLLAR));
      const wanted = call(await sibling(cast), 5 * DOLLAR);
      await expect(ledger.open(wanted)).rejects.toEqual(failure('BudgetExceeded'));

      await books.setMonthlyCap(cast.tenantId, 11 * DOLLAR);
      expect((await ledger.open(wanted)).mayPost).toBe(true);
      expect(await books.budget(cast.tenantId)).toMatchObject({
        cap: 11 * DOLLAR,
        ownCap: true,
        reserved: 11 * DOLLAR,
      });

      await books.setMonthlyCap(cast.tenantId, 0);
      await expect(ledger.open(call(await sibling(cast), 1))).rejects.toEqual(failure('BudgetExceeded'));
      expect(await books.budget(cast.tenantId)).toMatchObject({ cap: 0, ownCap: true, reserved: 11 * DOLLAR });

      await books.setMonthlyCap(cast.tenantId, null);
      expect(await books.budget(cast.tenantId)).toMatchObject({ cap: 10 * DOLLAR, ownCap: false });
    });

    test('holds in the next month too', async () => {
      const cast = await newCast();
      await books.setMonthlyCap(cast.tenantId, DOLLAR);
      await world.moveToJanuary(await open(call(cast)));
      await open(call(cast));
      await expect(ledger.open(call(cast))).rejects.toThrow('of the monthly budget of $1.00');
    });

    test('of a tenant that is not there cannot be read or set', async () => {
      await expect(books.budget(randomUUID())).rejects.toEqual(failure('NotFound'));
      await expect(books.setMonthlyCap(randomUUID(), 5)).rejects.toEqual(failure('NotFound'));
    });
  });

  describe('the ledger that people read', () => {
    const walk = async (tenantId: string, filter: Parameters<Books['entries']>[1]) => {
      const keys: string[] = [];
      for (let page: PageRequest | undefined = { limit: 2 }; page; ) {
        const { items, nextCursor } = await books.entries(tenantId, filter, page);
        keys.push(...items.map((entry) => entry.key));
        page = nextCursor === undefined ? undefined : { limit: 2, cursor: nextCursor };
      }
      return keys;
    };

    test('shows the newest first, by identity and state, each once', async () => {
      const cast = await newCast();
      const other = await sibling(cast);
      const opened: ProviderCall[] = [];
      for (const of of [cast, other, cast, other, cast]) opened.push(await open(call(of)));
      const [a, b, c, d, e] = opened;
      if (!a || !b) throw new Error('five calls were opened');
      await ledger.unknown(a, 'connection reset');
      await ledger.unknown(b, 'connection reset');
      expect(await walk(cast.tenantId, {})).toEqual([e?.key, d?.key, c?.key, b.key, a.key]);
      expect(await walk(cast.tenantId, { subject: identitySubject(cast.identityId) })).toEqual([e?.key, c?.key, a.key]);
      expect(await walk(cast.tenantId, { state: 'unknown' })).toEqual([b.key, a.key]);
      expect(await walk(cast.tenantId, { state: 'unknown', subject: identitySubject(other.identityId) })).toEqual([
        b.key,
      ]);
    });

    test('holds what is known of a request, and neither its token nor what went to and fro', async () => {
      const cast = await newCast();
      const opened = await open(call(cast));
      await ledger.posting(opened, { images_data_url: 'https://secret.example/a.zip' });
      const requestId = randomUUID();
      await ledger.submitted(opened, requestId);
      await ledger.settled(opened, 900_000, { url: 'https://secret.example/lora' });
      const { items } = await books.entries(cast.tenantId, {}, { limit: 5 });
      expect(items).toEqual([
        {
          id: opened.id,
          key: opened.key,
          subject: identitySubject(cast.identityId),
          profile: opened.profile,
          endpoint: opened.endpoint,
          state: 'settled',
          attempts: 1,
          month: new Date().toISOString().slice(0, 7),
          estimate: DOLLAR,
          charged: 900_000,
          requestId,
          reason: undefined,
          createdAt: expect.stringMatching(/^\d{4}-/),
        },
      ]);
      expect(JSON.stringify(items)).not.toMatch(new RegExp(`secret|${opened.token}`));
    });

    test('adds up to the budget and to what the identity has cost', async () => {
      const cast = await newCast();
      await settle(await open(call(cast, 2 * DOLLAR)), 1_234_567);
      await open(call(cast, 2 * DOLLAR));
      const { items } = await books.entries(cast.tenantId, {}, { limit: 5 });
      const charged = items.reduce((sum, entry) => sum + (entry.charged ?? 0), 0);
      const reserved = items.reduce((sum, entry) => sum + (entry.charged === undefined ? entry.estimate : 0), 0);
      expect({ charged, reserved }).toEqual({ charged: 1_234_567, reserved: 2 * DOLLAR });
      expect(await books.budget(cast.tenantId)).toMatchObject({ charged, reserved });
      expect(await books.spend(cast.tenantId, identitySubject(cast.identityId))).toEqual({ charged, reserved });
    });

    test('does not begin at a cursor that is not ours', async () => {
      const { tenantId } = await newCast();
      await expect(books.entries(tenantId, {}, { limit: 2, cursor: 'bm90IG91cnM' })).rejects.toEqual(
        failure('NotFound'),
      );
    });
  });
}
