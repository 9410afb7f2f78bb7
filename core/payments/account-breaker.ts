// The circuit breaker in front of every paid request. While the provider refuses our account or the endpoint, only one
// probe at a time is sent, and waiting runs send nothing. Polls of jobs are not gated: a locked account may still poll.

import { Failure } from '../../domain/failure.ts';
import { endpointRemedy } from '../../domain/provider-account.ts';
import type { Ports } from '../ports/index.ts';
import type { Provider } from '../ports/provider.ts';

type World = Pick<Ports, 'account' | 'notifier'>;

interface OpenGate {
  /** Reports that the submission was accepted. */
  worked(): Promise<void>;
  /** Reports why the submission failed, and answers the error to throw. */
  failed(error: unknown): Promise<unknown>;
}

/**
 * Lets one submission to the endpoint through. While the account is locked or the endpoint closed, throws
 * ProviderAccount or EndpointClosed with the wait until the next attempt.
 */
export async function enterGate({ account, notifier }: World, endpoint: string): Promise<OpenGate> {
  const ofAccount = await account.acquire();
  if (!ofAccount.allowed) {
    const message = `Nothing was sent, because the account is locked since an earlier request: ${ofAccount.reason}`;
    throw new Failure('ProviderAccount', message, { retryAfterMs: ofAccount.retryAfterMs });
  }
  const breaker = account.endpoint(endpoint);
  const ofEndpoint = await breaker.acquire();
  // If the end of a probe cannot be reported, the probe times out.
  const tellNothing = async (of: { abandoned(probe: string): Promise<void> }, probe: string | undefined) => {
    if (probe !== undefined) await of.abandoned(probe).catch(() => undefined);
  };
  if (!ofEndpoint.allowed) {
    await tellNothing(account, ofAccount.probe);
    throw closed(endpoint, `Nothing was sent: ${ofEndpoint.reason}`, ofEndpoint.retryAfterMs);
  }
  return {
    async worked() {
      const { probe } = ofAccount;
      if (probe !== undefined && (await account.worked(probe))) await notifier.accountChanged({ state: 'ok' });
      if (ofEndpoint.probe !== undefined && (await breaker.worked(ofEndpoint.probe))) {
        await notifier.endpointChanged(endpoint, { state: 'ok' });
      }
    },
    async failed(error) {
      if (isAccountRefusal(error)) {
        await tellNothing(breaker, ofEndpoint.probe);
        return refusal({ account, notifier }, error, ofAccount.probe);
      }
      await tellNothing(account, ofAccount.probe);
      if (!(error instanceof Failure && error.code === 'EndpointClosed')) {
        await tellNothing(breaker, ofEndpoint.probe);
        return error;
      }
      const { changed, retryAfterMs } = await breaker.refused(error.message, ofEndpoint.probe, 'endpoint');
      if (changed) await notifier.endpointChanged(endpoint, { state: 'closed', reason: error.message });
      return closed(endpoint, error.message, retryAfterMs);
    },
  };
}

/**
 * Throws EndpointClosed while the endpoint is known to be closed, before money is spent that needs the endpoint. When a
 * probe is due it lets the caller pass, so that the endpoint is tested again.
 */
export async function requireOpen({ account }: Pick<World, 'account'>, endpoint: string): Promise<void> {
  const breaker = account.endpoint(endpoint);
  const pass = await breaker.acquire();
  if (!pass.allowed) throw closed(endpoint, `Nothing was sent: ${pass.reason}`, pass.retryAfterMs);
  if (pass.probe !== undefined) await breaker.abandoned(pass.probe);
}

function closed(endpoint: string, said: string, retryAfterMs: number): Failure {
  const remedy = endpointRemedy(endpoint);
  return new Failure('EndpointClosed', said.includes(remedy) ? said : `${said} ${remedy}`, { retryAfterMs });
}

/**
 * The provider. A status refused for the account locks the account for all; the poll is retried with the next probe.
 */
export function watchedProvider({ provider, ...world }: World & Pick<Ports, 'provider'>): Provider {
  return {
    ...provider,
    async status(...args) {
      try {
        return await provider.status(...args);
      } catch (error) {
        throw isAccountRefusal(error) ? await refusal(world, error, undefined) : error;
      }
    },
  };
}

function isAccountRefusal(error: unknown): error is Failure {
  return error instanceof Failure && error.code === 'ProviderAccount';
}

async function refusal({ account, notifier }: World, error: Failure, probe: string | undefined): Promise<Failure> {
  const kind = error.lock ?? 'other';
  const { changed, retryAfterMs } = await account.refused(error.message, probe, kind);
  if (changed) await notifier.accountChanged({ state: 'locked', reason: error.message, kind });
  return new Failure('ProviderAccount', error.message, { retryAfterMs, lock: kind });
}
