// The gate in front of every paid request. While the provider refuses our account, or the endpoint, nothing is sent but one
// probe at a time, and whoever waits costs the provider nothing. Looks at jobs pass it by: a locked account may still ask.

import { Failure } from '../../domain/failure.ts';
import { endpointRemedy } from '../../domain/provider-account.ts';
import type { Ports } from '../ports/index.ts';
import type { Provider } from '../ports/provider.ts';

type World = Pick<Ports, 'account' | 'notifier'>;

interface OpenGate {
  /** Tells that the submission was accepted. */
  worked(): Promise<void>;
  /** Tells how the submission failed, and answers what to throw. */
  failed(error: unknown): Promise<unknown>;
}

/**
 * Lets one submission to the endpoint through. Throws ProviderAccount or EndpointClosed, with the wait until the next one
 * may try, while the account is locked or the endpoint closed.
 */
export async function enterGate({ account, notifier }: World, endpoint: string): Promise<OpenGate> {
  const ofAccount = await account.acquire();
  if (!ofAccount.open) {
    const message = `Nothing was sent, because the account is locked since an earlier request: ${ofAccount.reason}`;
    throw new Failure('ProviderAccount', message, { retryAfterMs: ofAccount.retryAfterMs });
  }
  const breaker = account.endpoint(endpoint);
  const ofEndpoint = await breaker.acquire();
  // A probe whose end cannot be told runs out of its time by itself.
  const tellNothing = async (of: { abandoned(probe: string): Promise<void> }, probe: string | undefined) => {
    if (probe !== undefined) await of.abandoned(probe).catch(() => undefined);
  };
  if (!ofEndpoint.open) {
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
 * Throws EndpointClosed while the endpoint is known to be closed: for what would be paid in vain without it. Whoever comes
 * when a probe is due passes, so that somebody finds out.
 */
export async function requireOpen({ account }: Pick<World, 'account'>, endpoint: string): Promise<void> {
  const breaker = account.endpoint(endpoint);
  const pass = await breaker.acquire();
  if (!pass.open) throw closed(endpoint, `Nothing was sent: ${pass.reason}`, pass.retryAfterMs);
  if (pass.probe !== undefined) await breaker.abandoned(pass.probe);
}

function closed(endpoint: string, said: string, retryAfterMs: number): Failure {
  const remedy = endpointRemedy(endpoint);
  return new Failure('EndpointClosed', said.includes(remedy) ? said : `${said} ${remedy}`, { retryAfterMs });
}

/** The provider, but a status that is refused for the account locks it for all, and is asked again when a probe is. */
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
