// One of the two that are asked: fal, or the sandbox. It is asked by the product's own adapter over fal's own client; what
// the adapter does not tell, such as a status or a header, is seen by the fetch that it is given.

import { setTimeout as sleep } from 'node:timers/promises';
import { falHosts } from '../../adapters/fal/hosts.ts';
import { fluxLora } from '../../adapters/fal/models/flux-lora.ts';
import { createFalProvider } from '../../adapters/fal/provider.ts';
import { createWebhookVerifier } from '../../adapters/fal/webhook.ts';
import { Failure } from '../../domain/failure.ts';
import { DEFAULT_MEGAPIXEL, type ImageSize } from '../../domain/image-units.ts';
import { formatUsd, type MicroUsd } from '../../domain/money.ts';
import { billedPrice, picturePrice } from '../../domain/profile.ts';
import { CannotRun } from './options.ts';
import type { Purse } from './purse.ts';

/** An answer as it came. */
export interface Seen {
  status: number;
  headers: Headers;
  /** Undefined for what is no JSON, such as a file. */
  body: Record<string, unknown> | undefined;
}

export interface Job {
  requestId: string;
  /** Until its bill is there. */
  setAside: MicroUsd;
}

export interface Ended {
  outcome: 'drawn' | 'refused';
  units: number | undefined;
  said: string;
}

const POLL_MS = 250;
/** Milliseconds that an image is waited for. */
const PATIENCE_MS = 300_000;
/** As little work as the model takes: only the size is billed. */
const STEPS = 1;
const ABOUT_THE_ACCOUNT = new Set([401, 402, 403]);

export type State = 'queued' | 'running' | 'done';

/** Nothing can be told of this question; the others go on. */
export class NoAnswer extends Error {}

/** The price of the step no longer fits. */
export class LeftOut extends Error {}

export type Side = ReturnType<typeof createSide>;

export function createSide(options: { credentials: string; base: string | undefined; purse: Purse }) {
  const { credentials, base, purse } = options;
  let seen: Seen | undefined;

  async function watchedFetch(...request: Parameters<typeof fetch>): Promise<Response> {
    seen = undefined;
    const response = await fetch(...request);
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const body: unknown = isJson
      ? await response
          .clone()
          .json()
          .catch(() => undefined)
      : undefined;
    seen = {
      status: response.status,
      headers: response.headers,
      body: typeof body === 'object' && body !== null ? { ...body } : undefined,
    };
    return response;
  }

  const target = base === undefined ? {} : { sandboxUrl: base };
  const provider = createFalProvider({ credentials, ...target, fetch: watchedFetch });
  const { profile } = fluxLora;
  const { endpoint } = profile;

  /** The last answer. */
  function lastSeen(): Seen {
    if (!seen) throw new NoAnswer('there was no answer');
    return seen;
  }

  /** Ends the check when the key or the account is refused; else answers what was wrong. */
  function refused(reason: string): string {
    if (!seen || !ABOUT_THE_ACCOUNT.has(seen.status)) return reason;
    throw new CannotRun(`${reason}. Check FAL_KEY, its permissions, and the balance in the fal dashboard.`);
  }

  return {
    provider,
    verifier: createWebhookVerifier({ jwksUrl: falHosts(base).jwksUrl }),
    lastSeen,
    refused,

    /** Pays for one image: its price is set aside first. */
    async submit(size: ImageSize, input: Record<string, unknown> = {}, webhook?: string): Promise<Job> {
      const price = picturePrice(profile, size, DEFAULT_MEGAPIXEL);
      const setAside = purse.reserve(price);
      if (setAside === undefined) throw new LeftOut(`it no longer fits: ${formatUsd(purse.left)} are left`);
      const seed = Math.floor(Math.random() * 2 ** 31);
      const body = { prompt: 'a red ball on a white table', num_inference_steps: STEPS, image_size: size, seed };
      const outcome = await provider.submit(endpoint, { ...body, num_images: 1, ...input }, webhook);
      if (outcome.kind === 'accepted') return { requestId: outcome.requestId, setAside };
      if (outcome.kind === 'unknown') throw new NoAnswer(outcome.reason);
      purse.bill(setAside, 0);
      throw new NoAnswer(refused(outcome.reason));
    },

    async state({ requestId }: Job): Promise<State> {
      return (await provider.status(endpoint, requestId)).state;
    },

    /** Waits until the request is in this state, or in a later one, which it answers. */
    async until(wanted: Exclude<State, 'queued'>, { requestId }: Job): Promise<State> {
      for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(POLL_MS)) {
        const { state } = await provider.status(endpoint, requestId);
        if (state === wanted || state === 'done') return state;
      }
      throw new NoAnswer(`the image did not end within ${PATIENCE_MS / 1000} s`);
    },

    /** The end of a request that is done, and its bill made good. */
    async end({ requestId, setAside }: Job): Promise<Ended> {
      // Without units a price stays set aside: it may have been billed.
      const bill = (units: number | undefined): void => {
        if (units !== undefined) purse.bill(setAside, billedPrice(profile, units));
      };
      try {
        const { billableUnits: units } = await provider.result(endpoint, requestId);
        bill(units);
        return { outcome: 'drawn', units, said: 'an image' };
      } catch (error) {
        if (!(error instanceof Failure && error.code === 'ProviderFailed')) throw error;
        bill(error.billableUnits);
        return { outcome: 'refused', units: error.billableUnits, said: error.message };
      }
    },
  };
}
