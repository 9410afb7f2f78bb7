// The alarm of the provider's account: one row that all workers share, changed by two functions of the database alone.

import type { ProviderAccount } from '../../activities/ports.ts';
import type { Supabase } from './client.ts';
import { toAccountState } from './rows.ts';
import { unwrap, unwrapMaybe } from './unwrap.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Milliseconds. */
export interface AlarmTimes {
  /** From the first refusal to the first probe; every further refusal doubles it. */
  first: number;
  longest: number;
  /** A probe is one upload and one POST, mostly seconds. One that has not ended after this gives its turn away. */
  lease: number;
  /** How soon to look again while somebody else's probe is under way. */
  busy: number;
}

const ALARM_TIMES: AlarmTimes = { first: 30 * SECOND, longest: 10 * MINUTE, lease: MINUTE, busy: 5 * SECOND };

/** `provider` names the account: the sandbox's must not lock fal's. */
export function createProviderAccount(
  client: Supabase,
  provider: 'fal' | 'sandbox',
  times: AlarmTimes = ALARM_TIMES,
): ProviderAccount {
  const subject = `the alarm of the account at ${provider}`;

  function report(outcome: 'worked' | 'refused' | 'unclear', probe: string | undefined, reason?: string) {
    const request = client.rpc('report_provider', {
      p_provider: provider,
      p_outcome: outcome,
      p_probe: probe ?? null,
      p_reason: reason ?? null,
      p_first_ms: times.first,
      p_longest_ms: times.longest,
    });
    return unwrap(request, subject);
  }

  return {
    async enter() {
      const request = client.rpc('enter_provider', {
        p_provider: provider,
        p_lease_ms: times.lease,
        p_busy_ms: times.busy,
      });
      const answer = await unwrap(request, subject);
      if (answer.open) return { open: true, probe: answer.probe };
      return { open: false, reason: answer.reason, retryAfterMs: answer.retry_ms };
    },

    async refused(reason, probe) {
      const { changed, retry_ms } = await report('refused', probe, reason);
      return { changed, retryAfterMs: retry_ms };
    },

    worked: async (probe) => (await report('worked', probe)).changed,

    async gaveUp(probe) {
      await report('unclear', probe);
    },

    async state() {
      const request = client.from('provider_alarms').select().eq('provider', provider).maybeSingle();
      return toAccountState(await unwrapMaybe(request, subject));
    },
  };
}
