// The circuit breakers in memory, with the promises of the port and the times of a test.

import type { CircuitBreaker, ProviderAccount } from '../../core/ports/provider-account.ts';
import type { AccountState } from '../../domain/provider-account.ts';

export interface FakeAccount extends ProviderAccount {
  now: AccountState;
  /** Whether the next one who comes to a locked account may try. */
  probeIsDue: boolean;
  /** What was told, in order. */
  reports: string[];
  /** Endpoints that are closed, with the reason. */
  closed: Map<string, string>;
  /** Whether the next one who comes to a closed endpoint may try. */
  endpointProbeIsDue: boolean;
}

export const FAKE_WAIT_MS = 30_000;

export function createFakeAccount(): FakeAccount {
  let probes = 0;
  let current: string | undefined;
  const endpointOf = (endpoint: string): CircuitBreaker<'endpoint'> => ({
    async acquire() {
      const reason = fake.closed.get(endpoint);
      if (reason === undefined) return { allowed: true, probe: undefined };
      if (!fake.endpointProbeIsDue) return { allowed: false, reason, retryAfterMs: FAKE_WAIT_MS };
      fake.endpointProbeIsDue = false;
      return { allowed: true, probe: `probe of ${endpoint}` };
    },
    async refused(reason) {
      const changed = !fake.closed.has(endpoint);
      fake.closed.set(endpoint, reason);
      return { changed, retryAfterMs: FAKE_WAIT_MS };
    },
    worked: async () => fake.closed.delete(endpoint),
    async abandoned() {
      fake.endpointProbeIsDue = true;
    },
  });
  const fake: FakeAccount = {
    now: { state: 'ok', since: undefined },
    probeIsDue: false,
    reports: [],
    closed: new Map(),
    endpointProbeIsDue: false,
    endpoint: endpointOf,
    async acquire() {
      if (fake.now.state === 'ok') return { allowed: true, probe: undefined };
      if (!fake.probeIsDue) return { allowed: false, reason: fake.now.reason, retryAfterMs: FAKE_WAIT_MS };
      fake.probeIsDue = false;
      probes += 1;
      current = `probe-${probes}`;
      return { allowed: true, probe: current };
    },
    async refused(reason, probe, kind) {
      fake.reports.push(`refused ${probe ?? 'without a probe'}`);
      const changed = fake.now.state === 'ok' || (kind === 'admin' && fake.now.kind !== 'admin');
      if (changed) fake.now = { state: 'locked', since: new Date().toISOString(), reason, kind };
      return { changed, retryAfterMs: FAKE_WAIT_MS };
    },
    async worked(probe) {
      fake.reports.push(`worked ${probe}`);
      if (probe !== current) return false;
      fake.now = { state: 'ok', since: new Date().toISOString() };
      return true;
    },
    async abandoned(probe) {
      fake.reports.push(`gaveUp ${probe}`);
      fake.probeIsDue = true;
    },
    state: async () => fake.now,
  };
  return fake;
}
