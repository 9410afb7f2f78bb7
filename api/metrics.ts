// Counters and timers of the API for Prometheus. Labels come from closed lists only: no id, no path, no tenant.

import { setTimeout } from 'node:timers/promises';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ProviderWatch } from '../adapters/telemetry/measured-provider.ts';
import { providerTimes } from '../adapters/telemetry/provider-times.ts';
import type { Overview } from '../core/ports/overview.ts';
import { usd } from '../domain/money.ts';
import type { AccountState } from '../domain/provider-account.ts';
import { STAGES } from '../domain/stage.ts';
import { OPEN_RETEST_STATES } from '../domain/steps.ts';

/** The outcome of a webhook: `forged` has no signature of fal's, `unknown` names no paid request of ours. */
export type WebhookVerdict = 'taken' | 'forged' | 'unknown' | 'unreadable' | 'failed';

export interface ApiMetrics {
  request(route: string, method: string, status: number, seconds: number): void;
  webhook(verdict: WebhookVerdict): void;
  provider: ProviderWatch['ended'];
  /** The text that Prometheus reads, with its content type. */
  scrape(): Promise<{ text: string; contentType: string }>;
}

export interface MetricsSources {
  overview(): Promise<Overview>;
  account(): Promise<AccountState>;
  /** Photos that the threads read, and that wait. */
  photos(): { reading: number; waiting: number };
}

/** Milliseconds that one read of the database serves every scraper. */
const FRESH_MS = 10_000;
/** Milliseconds for the database: Prometheus gives a scrape 10 s. */
const POLL_MS = 3_000;
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** A client may send any word as its method. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function createMetrics(sources: MetricsSources): ApiMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'likeness_http_request_duration_seconds',
    help: 'Time until an answer began, by route, method and class of status.',
    labelNames: ['route', 'method', 'status'],
    buckets: SECONDS,
    registers,
  });
  const webhooks = new Counter({
    name: 'likeness_provider_webhooks_total',
    help: 'Webhooks received from the provider, by outcome.',
    labelNames: ['verdict'],
    registers,
  });
  new Gauge({
    name: 'likeness_photos',
    help: 'Uploaded photos that are being read or wait to be read.',
    labelNames: ['state'],
    registers,
    collect() {
      const { reading, waiting } = sources.photos();
      this.set({ state: 'reading' }, reading);
      this.set({ state: 'waiting' }, waiting);
    },
  });
  const look = lookNowAndThen(sources);
  const databaseUp = new Gauge({
    name: 'likeness_database_up',
    help: 'Whether the database answered the query behind the gauges of identities, ledger and account: 1 or 0.',
    registers,
  });
  const identities = new Gauge({
    name: 'likeness_identities',
    help: 'Identities of all tenants by stage; awaiting_approval, needs_photos and needs_operator wait for people.',
    labelNames: ['stage'],
    registers,
  });
  const tests = new Gauge({
    name: 'likeness_tests',
    help: 'Open tests on request of all tenants, by state; needs_operator waits for people.',
    labelNames: ['state'],
    registers,
  });
  const unclear = new Gauge({
    name: 'likeness_unclear_calls',
    help: 'Paid requests whose outcome is unclear although their run or test has ended. An operator has to settle them.',
    registers,
  });
  const ledger = new Gauge({
    name: 'likeness_ledger_month_usd',
    help: 'Dollars of this month (UTC) that are reserved by open requests, and charged by ended ones.',
    labelNames: ['state'],
    registers,
  });
  const account = new Gauge({
    name: 'likeness_provider_account_locked',
    help: 'Whether the circuit breaker of the provider account is open, so that nothing is submitted: 1 or 0.',
    registers,
  });

  return {
    request(route, method, status, seconds) {
      const labels = { route, method: METHODS.has(method) ? method : 'other', status: `${Math.floor(status / 100)}xx` };
      requests.observe(labels, seconds);
    },
    webhook: (verdict) => webhooks.inc({ verdict }),
    provider: providerTimes(registry),
    async scrape() {
      const seen = await look();
      databaseUp.set(seen ? 1 : 0);
      // Numbers that could not be read are left out: old ones would look current.
      for (const gauge of [identities, tests, unclear, ledger, account]) gauge.reset();
      if (seen) {
        for (const stage of STAGES) identities.set({ stage }, seen.overview.stages[stage] ?? 0);
        for (const state of OPEN_RETEST_STATES) tests.set({ state }, seen.overview.tests[state] ?? 0);
        unclear.set(seen.overview.unclearCalls);
        ledger.set({ state: 'reserved' }, usd(seen.overview.reserved));
        ledger.set({ state: 'charged' }, usd(seen.overview.charged));
        account.set(seen.account.state === 'locked' ? 1 : 0);
      } else {
        // A metric without labels is 0 after a reset.
        account.remove();
        unclear.remove();
      }
      return { text: await registry.metrics(), contentType: registry.contentType };
    },
  };
}

interface Look {
  overview: Overview;
  account: AccountState;
}

/** Limits how often scrapes read the database; undefined: it did not answer. */
function lookNowAndThen(sources: MetricsSources): () => Promise<Look | undefined> {
  let last: Promise<Look | undefined> | undefined;
  let lookedAt = 0;
  async function look(): Promise<Look | undefined> {
    try {
      const [overview, account] = await Promise.all([sources.overview(), sources.account()]);
      return { overview, account };
    } catch {
      return undefined;
    }
  }
  return () => {
    if (!last || Date.now() - lookedAt > FRESH_MS) {
      lookedAt = Date.now();
      last = Promise.race([look(), setTimeout(POLL_MS, undefined, { ref: false })]);
    }
    return last;
  };
}
