// The ledger and the books in memory. They keep the promises of their ports (test/contract/ledger.ts, budgets.ts): the
// edges, one caller that may post an attempt, moves that only the attempt that holds the row can make, and the caps.

import { randomBytes, randomUUID } from 'node:crypto';
import type { Books, Caps, Spend } from '../../core/ports/books.ts';
import type { Ledger, NewCall } from '../../core/ports/ledger.ts';
import type { PageRequest } from '../../core/ports/page.ts';
import { type BudgetScope, budgetRefusal, fits } from '../../domain/budget.ts';
import { Failure } from '../../domain/failure.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { CallSubject, ProviderCall, ProviderCallState } from '../../domain/provider-call.ts';
import { PROVIDER_CALL_EDGES } from '../../domain/provider-call.ts';

/** A row, with what the books show of it and the ledger does not answer. */
interface LedgerRow extends ProviderCall {
  /** `2026-11`. This month when absent, as for rows that a test sets by itself. */
  month?: string;
  createdAt?: string;
  reason?: string | undefined;
  safetyChecker?: boolean | undefined;
}

interface FakeLedgerOptions {
  caps?: Caps;
  /** The tenants that there are; any when absent. */
  isTenant?: (tenantId: string) => boolean;
  /** The identities that a tenant has; any when absent. */
  isIdentity?: (tenantId: string, identityId: string) => boolean;
}

export interface FakeLedger extends Ledger {
  rows: Map<string, LedgerRow>;
  books: Books;
  /** What all tenants together have used, beside the cap of a month, which a test may set. */
  budget: { cap: MicroUsd; readonly reserved: MicroUsd; readonly charged: MicroUsd };
  /** The row of a key that a test knows to be there. */
  row(key: string): LedgerRow;
  /** A row that some earlier step left behind. */
  seed(call: NewCall, state: ProviderCallState, more?: Partial<LedgerRow>): ProviderCall;
}

const OPEN: readonly ProviderCallState[] = ['intent', 'unknown', 'submitted'];
const NO_CAP = 1_000_000_000;

const thisMonth = (): string => new Date().toISOString().slice(0, 'YYYY-MM'.length);
const monthOf = ({ month }: LedgerRow): string => month ?? thisMonth();
const isOf = ({ subject }: LedgerRow, { kind, id }: CallSubject): boolean => subject.kind === kind && subject.id === id;
const newToken = (): string => randomBytes(32).toString('base64url');

/** The row as the ledger answers it. */
function answered({ month: _m, createdAt: _c, reason: _r, safetyChecker: _s, ...call }: LedgerRow): ProviderCall {
  return call;
}

export function createFakeLedger(options: FakeLedgerOptions = {}): FakeLedger {
  const { isTenant = () => true, isIdentity = () => true } = options;
  const caps = { ...(options.caps ?? { month: NO_CAP, identity: NO_CAP }) };
  const rows = new Map<string, LedgerRow>();
  const ownCaps = new Map<string, MicroUsd>();

  function row(key: string): LedgerRow {
    const found = rows.get(key);
    if (!found) throw new Error(`the test expects a row ${key}`);
    return found;
  }

  function write<Row extends LedgerRow>(changed: Row): Row {
    rows.set(changed.key, changed);
    return changed;
  }

  function spendOf(counts: (row: LedgerRow) => boolean): Spend {
    const spend = { reserved: 0, charged: 0 };
    for (const call of rows.values()) {
      if (!counts(call)) continue;
      if (OPEN.includes(call.state)) spend.reserved += call.estimate;
      spend.charged += call.charged ?? 0;
    }
    return spend;
  }

  const monthSpend = (tenantId: string): Spend =>
    spendOf((call) => call.tenantId === tenantId && monthOf(call) === thisMonth());
  const subjectSpend = (tenantId: string, subject: CallSubject): Spend =>
    spendOf((call) => call.tenantId === tenantId && isOf(call, subject));

  function requireFit(scope: BudgetScope, cap: MicroUsd, spend: Spend, wanted: MicroUsd): void {
    const use = { cap, ...spend };
    if (!fits(use, wanted)) throw new Failure('BudgetExceeded', budgetRefusal(scope, use, wanted));
  }

  function requireBudget({ tenantId, subject, estimate, headroom = 0 }: NewCall): void {
    const wanted = estimate + headroom;
    if (subject.kind === 'identity') {
      if (!isIdentity(tenantId, subject.id)) throw new Failure('NotFound', `Not found: ${subject.id}.`);
      requireFit('identity', caps.identity, subjectSpend(tenantId, subject), wanted);
    }
    requireFit('month', ownCaps.get(tenantId) ?? caps.month, monthSpend(tenantId), wanted);
  }

  function newRow({ headroom: _, ...call }: NewCall, state: ProviderCallState): LedgerRow {
    const now = new Date().toISOString();
    return {
      ...call,
      requestHash: call.requestHash,
      id: randomUUID(),
      state,
      requestId: undefined,
      token: newToken(),
      attempts: 1,
      postedAt: now,
      charged: undefined,
      input: undefined,
      result: undefined,
      month: thisMonth(),
      createdAt: now,
    };
  }

  function requireTenant(tenantId: string): void {
    if (!isTenant(tenantId)) throw new Failure('NotFound', `Not found: the tenant ${tenantId}.`);
  }

  const isTaken = ({ key, endpoint }: LedgerRow, requestId: string): boolean =>
    [...rows.values()].some(
      (other) => other.key !== key && other.endpoint === endpoint && other.requestId === requestId,
    );

  /** Whether the call is now where it was to go. */
  function moves(call: ProviderCall, to: ProviderCallState, changes: Partial<LedgerRow> = {}): boolean {
    const current = row(call.key);
    const { requestId } = changes;
    if (current.attempts !== call.attempts) return false;
    if (current.state === to) return requestId === undefined || requestId === current.requestId;
    if (to === 'unknown' && current.requestId !== undefined) return true;
    if (to === 'intent' || !PROVIDER_CALL_EDGES[current.state].includes(to)) return false;
    if (requestId !== undefined && isTaken(current, requestId)) return false;
    write({ ...current, reason: undefined, ...changes, state: to });
    return true;
  }

  function refusal(call: ProviderCall, wanted: string): Failure {
    const { state, requestId, attempts } = row(call.key);
    const now = `"${state}"${requestId ? ` as request ${requestId}` : ''}`;
    const attempt = `attempt ${call.attempts} of ${attempts}`;
    return new Failure('Internal', `The provider call ${call.key} is ${now}, and ${attempt} cannot make it ${wanted}.`);
  }

  async function move(call: ProviderCall, to: ProviderCallState, changes?: Partial<LedgerRow>): Promise<void> {
    if (!moves(call, to, changes)) throw refusal(call, `become "${to}"`);
  }

  /** Where a page begins among these rows. */
  function startOf(among: readonly LedgerRow[], cursor: PageRequest['cursor']): number {
    if (cursor === undefined) return 0;
    const last = among.findIndex(({ id }) => id === cursor);
    if (last < 0) throw new Failure('NotFound', 'No page begins here.');
    return last + 1;
  }

  const books: Books = {
    caps,
    async budget(tenantId) {
      requireTenant(tenantId);
      const own = ownCaps.get(tenantId);
      const used = { ...monthSpend(tenantId), identityCap: caps.identity };
      return { month: thisMonth(), cap: own ?? caps.month, ownCap: own !== undefined, ...used };
    },
    async setMonthlyCap(tenantId, cap) {
      requireTenant(tenantId);
      if (cap === null) ownCaps.delete(tenantId);
      else ownCaps.set(tenantId, cap);
    },
    async entries(tenantId, { subject, state }, { limit, cursor }) {
      const found = [...rows.values()]
        .filter((call) => call.tenantId === tenantId && (!subject || isOf(call, subject)))
        .filter((call) => state === undefined || call.state === state)
        .reverse();
      const start = startOf(found, cursor);
      const items = found.slice(start, start + limit).map((call) => ({
        id: call.id,
        key: call.key,
        subject: call.subject,
        profile: call.profile,
        endpoint: call.endpoint,
        state: call.state,
        attempts: call.attempts,
        month: monthOf(call),
        estimate: call.estimate,
        charged: call.charged,
        requestId: call.requestId,
        safetyChecker: call.safetyChecker,
        reason: call.reason,
        createdAt: call.createdAt ?? call.postedAt,
      }));
      const last = items.at(-1);
      return start + limit < found.length && last ? { items, nextCursor: last.id } : { items };
    },
    spend: async (tenantId, subject) => subjectSpend(tenantId, subject),
  };

  return {
    rows,
    books,
    budget: {
      get cap() {
        return caps.month;
      },
      set cap(cap) {
        caps.month = cap;
      },
      get reserved() {
        return spendOf(() => true).reserved;
      },
      get charged() {
        return spendOf(() => true).charged;
      },
    },
    row,
    seed: (call, state, more = {}) => answered(write({ ...newRow(call, state), ...more })),
    async open(call) {
      requireTenant(call.tenantId);
      const current = rows.get(call.key);
      if (current && current.tenantId !== call.tenantId) throw new Failure('NotFound', `Not found: ${call.key}.`);
      if (current && current.state !== 'refused') return { call: answered(current), mayPost: false };
      requireBudget(call);
      const { state, token, postedAt, month } = newRow(call, 'intent');
      const again = { state, token, postedAt, month, estimate: call.estimate, reason: undefined, input: undefined };
      const opened = current ? { ...current, ...again, attempts: current.attempts + 1 } : newRow(call, 'intent');
      return { call: answered(write(opened)), mayPost: true };
    },
    async find(key) {
      const current = rows.get(key);
      return current && answered(current);
    },
    async posting(call, input) {
      const current = row(call.key);
      if (current.state !== 'intent' || current.attempts !== call.attempts) {
        throw refusal(call, 'a request that is posted');
      }
      const { enable_safety_checker: checker } = input;
      write({ ...current, input, safetyChecker: typeof checker === 'boolean' ? checker : undefined });
    },
    submitted: (call, requestId) => move(call, 'submitted', { requestId }),
    refused: (call, reason) => move(call, 'refused', { reason }),
    unknown: (call, reason) => move(call, 'unknown', { reason }),
    settled: (call, charged, result) => move(call, 'settled', { charged, result }),
    failed: (call, charged, reason, problems = []) =>
      move(call, 'failed', { charged, reason, ...(problems.length > 0 && { result: { problems } }) }),
    async byToken(token) {
      const found = [...rows.values()].find((call) => call.token === token);
      return found && answered(found);
    },
    adopt: async (call, requestId) => moves(call, 'submitted', { requestId }),
    async ofProxy(tenantId, endpoint, requestId) {
      const isAsked = (call: LedgerRow) =>
        call.tenantId === tenantId && call.endpoint === endpoint && call.requestId === requestId;
      const found = [...rows.values()].find((call) => call.subject.kind === 'app' && isAsked(call));
      return found && answered(found);
    },
    some: async (tenantId, of, keys) =>
      keys.flatMap((key) => {
        const call = rows.get(key);
        if (!call || call.tenantId !== tenantId || !isOf(call, of)) return [];
        const { subject, profile, endpoint, estimate, postedAt, attempts, reason } = call;
        return [{ key, subject, profile, endpoint, estimate, postedAt, attempts, reason }];
      }),
  };
}
