// The ledger in memory. It keeps the promises of the port: the edges, one caller that may post an attempt, and moves
// that only the attempt that holds the row can make.

import { randomUUID } from 'node:crypto';
import type { Ledger, NewCall } from '../../core/ports/ledger.ts';
import { Failure } from '../../domain/failure.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { ProviderCall, ProviderCallState } from '../../domain/provider-call.ts';
import { PROVIDER_CALL_EDGES } from '../../domain/provider-call.ts';

export interface FakeLedger extends Ledger {
  rows: Map<string, ProviderCall>;
  budget: { cap: MicroUsd; reserved: MicroUsd; charged: MicroUsd };
  /** The row of a key that a test knows to be there. */
  row(key: string): ProviderCall;
  /** A row that some earlier step left behind. */
  seed(call: NewCall, state: ProviderCallState, more?: Partial<ProviderCall>): ProviderCall;
}

const GIVES_BACK: readonly ProviderCallState[] = ['refused', 'settled', 'failed'];

export function createFakeLedger(cap: MicroUsd = 1_000_000_000): FakeLedger {
  const rows = new Map<string, ProviderCall>();
  const budget = { cap, reserved: 0, charged: 0 };

  function row(key: string): ProviderCall {
    const found = rows.get(key);
    if (!found) throw new Error(`the test expects a row ${key}`);
    return found;
  }

  function write(changed: ProviderCall): ProviderCall {
    rows.set(changed.key, changed);
    return changed;
  }

  function reserve(estimate: MicroUsd, headroom: MicroUsd): void {
    if (budget.reserved + budget.charged + estimate + headroom > budget.cap) {
      throw new Failure('BudgetExceeded', 'The budget of this month is used up. Raise it.');
    }
    budget.reserved += estimate;
  }

  function newRow(call: NewCall, state: ProviderCallState): ProviderCall {
    return {
      ...call,
      requestHash: call.requestHash,
      id: randomUUID(),
      state,
      requestId: undefined,
      token: randomUUID(),
      attempts: 1,
      postedAt: new Date().toISOString(),
      charged: undefined,
      input: undefined,
      result: undefined,
    };
  }

  function own(call: ProviderCall, to: ProviderCallState): ProviderCall {
    const current = row(call.key);
    if (current.attempts === call.attempts) return current;
    throw new Failure('Internal', `${call.key} was opened again since, and cannot become ${to} by a late attempt.`);
  }

  async function move(call: ProviderCall, to: ProviderCallState, changes: Partial<ProviderCall> = {}): Promise<void> {
    const current = own(call, to);
    const sameRequest = changes.requestId === undefined || changes.requestId === current.requestId;
    if (current.state === to && sameRequest) return;
    if (to === 'unknown' && current.requestId !== undefined) return;
    if (!PROVIDER_CALL_EDGES[current.state].includes(to)) {
      throw new Failure('Internal', `${call.key} is ${current.state} and cannot become ${to}.`);
    }
    write({ ...current, ...changes, state: to });
    if (GIVES_BACK.includes(to)) budget.reserved -= current.estimate;
    budget.charged += changes.charged ?? 0;
  }

  return {
    rows,
    budget,
    row,
    seed(call, state, more = {}) {
      if (!GIVES_BACK.includes(state)) budget.reserved += call.estimate;
      return write({ ...newRow(call, state), ...more });
    },
    async open(call) {
      const current = rows.get(call.key);
      if (current && current.state !== 'refused') return { call: { ...current }, mayPost: false };
      reserve(call.estimate, call.headroom ?? 0);
      const opened = current
        ? { ...current, state: 'intent' as const, attempts: current.attempts + 1, input: undefined }
        : newRow(call, 'intent');
      return { call: { ...write(opened) }, mayPost: true };
    },
    async find(key) {
      const current = rows.get(key);
      return current && { ...current };
    },
    async posting(call, input) {
      const current = own(call, 'intent');
      if (current.state !== 'intent')
        throw new Failure('Internal', `${call.key} is ${current.state}: not to be posted.`);
      write({ ...current, input });
    },
    submitted: (call, requestId) => move(call, 'submitted', { requestId }),
    refused: (call) => move(call, 'refused'),
    unknown: (call) => move(call, 'unknown'),
    settled: (call, charged, result) => move(call, 'settled', { charged, result }),
    failed: (call, charged) => move(call, 'failed', { charged }),
    async byToken(token) {
      const found = [...rows.values()].find((call) => call.token === token);
      return found && { ...found };
    },
    async adopt(call, requestId) {
      const current = row(call.key);
      if (current.requestId !== undefined) return current.requestId === requestId;
      Object.assign(current, { state: 'submitted', requestId });
      return true;
    },
    ofProxy: async (tenantId, endpoint, requestId) =>
      [...rows.values()].find(
        (call) =>
          call.tenantId === tenantId &&
          call.subject.kind === 'app' &&
          call.endpoint === endpoint &&
          call.requestId === requestId,
      ),
    some: async (tenantId, of, keys) =>
      keys.flatMap((key) => {
        const call = rows.get(key);
        if (call?.tenantId !== tenantId || call.subject.kind !== of.kind || call.subject.id !== of.id) return [];
        const { subject, profile, endpoint, estimate, postedAt, attempts } = call;
        return [{ key, subject, profile, endpoint, estimate, postedAt, attempts, reason: 'the connection broke' }];
      }),
  };
}
