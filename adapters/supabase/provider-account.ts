// The circuit breakers of the provider's account and endpoints: rows that all workers share, changed only by two
// functions of the database.

import type { CircuitBreaker, ProviderAccount } from '../../core/ports/provider-account.ts';
import type { LockKind } from '../../domain/provider-account.ts';
import type { Supabase } from './client.ts';
import { toAccountState } from './rows.ts';
import { unwrap, unwrapMaybe } from './unwrap.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds. */
export interface BreakerTimes {
  /** From the first refusal to the first probe; every further refusal doubles it. */
  first: number;
  longest: number;
  /** A probe is one upload and one POST, mostly seconds. After this time another probe may start. */
  lease: number;
  /** The pause while another probe is under way. */
  busy: number;
  /** As `first` and `longest`, for a lock by the provider's staff: probes do not shorten it. */
  admin: { first: number; longest: number };
}

const BREAKER_TIMES: BreakerTimes = {
  first: 30 * SECOND,
  longest: 10 * MINUTE,
  lease: MINUTE,
  busy: 5 * SECOND,
  admin: { first: 10 * MINUTE, longest: HOUR },
};

/** `provider` names the account: the sandbox's must not lock fal's. */
export function createProviderAccount(
  client: Supabase,
  provider: 'fal' | 'sandbox',
  times: BreakerTimes = BREAKER_TIMES,
): ProviderAccount {
  const ofEndpoint = `${provider} `;
  return {
    ...breaker<LockKind>(client, provider, times),
    endpoint: (endpoint) => breaker<'endpoint'>(client, `${ofEndpoint}${endpoint}`, times),

    async state() {
      // A row for each endpoint that was ever refused: very few.
      const rows = await unwrapMaybe(client.from('circuit_breakers').select(), 'the circuit breakers of the provider');
      const closed = (rows ?? []).flatMap(({ provider: name, state, since, reason }) =>
        state === 'locked' && name.startsWith(ofEndpoint)
          ? [{ endpoint: name.slice(ofEndpoint.length), since, reason: reason ?? '' }]
          : [],
      );
      return toAccountState(
        rows?.find((row) => row.provider === provider),
        closed,
      );
    },
  };
}

function breaker<Kind extends LockKind | 'endpoint'>(
  client: Supabase,
  name: string,
  times: BreakerTimes,
): CircuitBreaker<Kind> {
  const subject = `the circuit breaker of ${name}`;

  function report(
    outcome: 'worked' | 'refused' | 'unclear',
    probe: string | undefined,
    reason?: string,
    kind?: LockKind | 'endpoint',
  ) {
    const { first, longest } = kind === 'admin' ? times.admin : times;
    const request = client.rpc('record_provider', {
      p_provider: name,
      p_outcome: outcome,
      p_probe: probe ?? null,
      p_reason: reason ?? null,
      p_kind: kind ?? null,
      p_first_ms: first,
      p_longest_ms: longest,
    });
    return unwrap(request, subject);
  }

  return {
    async acquire() {
      const request = client.rpc('acquire_provider', {
        p_provider: name,
        p_lease_ms: times.lease,
        p_busy_ms: times.busy,
      });
      const answer = await unwrap(request, subject);
      if (answer.allowed) return { allowed: true, probe: answer.probe };
      return { allowed: false, reason: answer.reason, retryAfterMs: answer.retry_ms };
    },

    async refused(reason, probe, kind) {
      const { changed, retry_ms } = await report('refused', probe, reason, kind);
      return { changed, retryAfterMs: retry_ms };
    },

    worked: async (probe) => (await report('worked', probe)).changed,

    async abandoned(probe) {
      await report('unclear', probe);
    },
  };
}
