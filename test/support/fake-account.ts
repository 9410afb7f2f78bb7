// The alarm of the provider's account in memory, with the promises of the port and the times of a test.

import type { ProviderAccount } from '../../activities/ports.ts';
import type { AccountState } from '../../domain/provider-account.ts';

export interface FakeAccount extends ProviderAccount {
  now: AccountState;
  /** Whether the next one who comes to a locked account may try. */
  probeIsDue: boolean;
  /** What was told, in order. */
  reports: string[];
}

export const FAKE_WAIT_MS = 30_000;

export function createFakeAccount(): FakeAccount {
  let probes = 0;
  let current: string | undefined;
  const fake: FakeAccount = {
    now: { state: 'ok', since: undefined },
    probeIsDue: false,
    reports: [],
    async enter() {
      if (fake.now.state === 'ok') return { open: true, probe: undefined };
      if (!fake.probeIsDue) return { open: false, reason: fake.now.reason, retryAfterMs: FAKE_WAIT_MS };
      fake.probeIsDue = false;
      probes += 1;
      current = `probe-${probes}`;
      return { open: true, probe: current };
    },
    async refused(reason, probe) {
      fake.reports.push(`refused ${probe ?? 'without a probe'}`);
      const changed = fake.now.state === 'ok';
      if (changed) fake.now = { state: 'locked', since: new Date().toISOString(), reason };
      return { changed, retryAfterMs: FAKE_WAIT_MS };
    },
    async worked(probe) {
      fake.reports.push(`worked ${probe}`);
      if (probe !== current) return false;
      fake.now = { state: 'ok', since: new Date().toISOString() };
      return true;
    },
    async gaveUp(probe) {
      fake.reports.push(`gaveUp ${probe}`);
      fake.probeIsDue = true;
    },
    state: async () => fake.now,
  };
  return fake;
}
