// The provider with a stopwatch: how long each call took, what came of it, and a span around it where traces are kept.
// Neither bodies nor addresses are looked at.

import type { Provider } from '../../core/ports/provider.ts';
import { Failure } from '../../domain/failure.ts';
import type { Tracing } from './tracing.ts';

export interface ProviderWatch {
  /** Told of every call that ended. `outcome` is `ok`, what a submission came to, a failure's code, or `cancelled`. */
  ended(operation: keyof Provider, outcome: string, seconds: number): void;
  tracing: Tracing | undefined;
}

export function measuredProvider(provider: Provider, { ended, tracing }: ProviderWatch): Provider {
  async function measured<T>(
    operation: keyof Provider,
    endpoint: string | undefined,
    call: () => Promise<T>,
    outcomeOf: (answer: T) => string = () => 'ok',
  ): Promise<T> {
    const started = performance.now();
    const end = (outcome: string) => ended(operation, outcome, (performance.now() - started) / 1000);
    try {
      const answer = await (tracing
        ? tracing.call(`provider.${operation}`, endpoint === undefined ? {} : { 'fal.endpoint': endpoint }, call)
        : call());
      end(outcomeOf(answer));
      return answer;
    } catch (error) {
      end(error instanceof Failure ? error.code : 'cancelled');
      throw error;
    }
  }

  return {
    submit: (endpoint, input, webhookUrl) =>
      measured(
        'submit',
        endpoint,
        () => provider.submit(endpoint, input, webhookUrl),
        ({ kind }) => kind,
      ),
    status: (endpoint, id, signal) => measured('status', endpoint, () => provider.status(endpoint, id, signal)),
    result: (endpoint, id, signal) => measured('result', endpoint, () => provider.result(endpoint, id, signal)),
    cancel: (endpoint, id) => measured('cancel', endpoint, () => provider.cancel(endpoint, id)),
    findRequest: (endpoint, input, since) =>
      measured('findRequest', endpoint, () => provider.findRequest(endpoint, input, since)),
    upload: (file, seconds) => measured('upload', undefined, () => provider.upload(file, seconds)),
    // Until the file begins to come: how fast it passes through is for who reads it.
    download: (url, maxBytes, signal) =>
      measured('download', undefined, () => provider.download(url, maxBytes, signal)),
  };
}
