// Counters and timers of the worker and of Temporal's SDK for Prometheus. Labels come from closed lists only.

import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ProviderWatch } from '../adapters/telemetry/measured-provider.ts';
import { providerTimes } from '../adapters/telemetry/provider-times.ts';
import type { SdkMetrics } from './sdk-metrics.ts';

export interface WorkerMetrics {
  provider: ProviderWatch['ended'];
  step(activity: string, outcome: string, seconds: number): void;
  /** The text that Prometheus reads, with its content type. */
  scrape(): Promise<{ text: string; contentType: string }>;
}

export interface MetricsSources {
  /** Pictures that the threads read, and that wait; undefined without the vision role. */
  pictures(): { reading: number; waiting: number } | undefined;
  sdk: Pick<SdkMetrics, 'read'>;
}

/** Seconds of one attempt: writing a row is the fastest, waiting for an image the slowest. */
const STEP_SECONDS = [0.05, 0.25, 1, 2.5, 5, 10, 30, 60, 300, 900];

export function createWorkerMetrics({ pictures, sdk }: MetricsSources): WorkerMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const steps = new Histogram({
    name: 'likeness_activity_duration_seconds',
    help: "Time of one attempt of an activity, by outcome: ok, cancelled, or a failure's code; NotReadyYet is a poll.",
    labelNames: ['activity', 'outcome'],
    buckets: STEP_SECONDS,
    registers,
  });
  new Gauge({
    name: 'likeness_pictures',
    help: 'Pictures that are being read or wait to be read.',
    labelNames: ['state'],
    registers,
    collect() {
      const now = pictures();
      if (!now) return;
      this.set({ state: 'reading' }, now.reading);
      this.set({ state: 'waiting' }, now.waiting);
    },
  });
  return {
    provider: providerTimes(registry),
    step: (activity, outcome, seconds) => steps.observe({ activity, outcome }, seconds),
    async scrape() {
      const [ours, theirs] = await Promise.all([registry.metrics(), sdk.read()]);
      return { text: `${ours}${theirs}`, contentType: registry.contentType };
    },
  };
}
