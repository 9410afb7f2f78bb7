// The gate in front of every paid request. While the provider refuses our account nothing is sent but one probe at a
// time, and whoever waits costs the provider nothing. Looks at jobs pass it by: a locked account may still ask.

import { Failure } from '../domain/failure.ts';
import type { Ports, Provider } from './ports.ts';

type World = Pick<Ports, 'account' | 'notifier'>;

interface OpenGate {
  /** Tells that the submission was accepted. */
  worked(): Promise<void>;
  /** Tells how the submission failed, and answers what to throw. */
  failed(error: unknown): Promise<unknown>;
}

/** Lets one submission through. Throws ProviderAccount, with the wait until the next one may try, while it is closed. */
export async function enterGate({ account, notifier }: World): Promise<OpenGate> {
  const pass = await account.enter();
  if (!pass.open) {
    const message = `Nothing was sent, because the account is locked since an earlier request: ${pass.reason}`;
    throw new Failure('ProviderAccount', message, { retryAfterMs: pass.retryAfterMs });
  }
  const { probe } = pass;
  return {
    async worked() {
      if (probe !== undefined && (await account.worked(probe))) await notifier.accountChanged({ state: 'ok' });
    },
    async failed(error) {
      if (isAccountRefusal(error)) return refusal({ account, notifier }, error, probe);
      if (probe !== undefined) await account.gaveUp(probe).catch(() => undefined); // its time runs out by itself
      return error;
    },
  };
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
  const { changed, retryAfterMs } = await account.refused(error.message, probe);
  if (changed) await notifier.accountChanged({ state: 'locked', reason: error.message });
  return new Failure('ProviderAccount', error.message, { retryAfterMs });
}
