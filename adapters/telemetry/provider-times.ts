// Times of calls to the provider: the same histogram in every process that makes some.

import { Histogram, type Registry } from 'prom-client';
import type { ProviderWatch } from './measured-provider.ts';

/** Of one request: from an answer of the queue to the download of a LoRA. */
const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export function providerTimes(registry: Registry): ProviderWatch['ended'] {
  const calls = new Histogram({
    name: 'likeness_provider_request_duration_seconds',
    help: "Time of a call to the provider, by operation and outcome: ok, what a submission came to, or a failure's code.",
    labelNames: ['operation', 'outcome'],
    buckets: SECONDS,
    registers: [registry],
  });
  return (operation, outcome, seconds) => calls.observe({ operation, outcome }, seconds);
}
