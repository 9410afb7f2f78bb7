// Measures the provider: the time and the outcome of each call, with a span around it when traces are on. Bodies and
// addresses are not read.

import type { Provider } from '../../core/ports/provider.ts';
import { Failure } from '../../domain/failure.ts';
import type { Tracing } from './tracing.ts';

export interface ProviderWatch {
  /** Called after every call. `outcome` is `ok`, the kind of a submission, a failure's code, or `cancelled`. */
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
    // Until the file starts: the speed of the rest depends on its reader.
    download: (url, maxBytes, signal) =>
      measured('download', undefined, () => provider.download(url, maxBytes, signal)),
  };
}
