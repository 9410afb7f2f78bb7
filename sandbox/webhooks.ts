// Sends the webhook of a finished request until it is acknowledged or its time is over.
import { EventEmitter, once } from 'node:events';
import { type Job, resultExpiresAt } from './job.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { type DeliveryWorld, deliverWebhook } from './webhook-delivery.ts';

/** fal gives the first attempt 15 s, later ones 120 s, and tries at most 31 times while it holds the result. */
const FIRST_TIMEOUT_MS = 15_000;
const LATER_TIMEOUT_MS = 120_000;
const MAX_ATTEMPTS = 31;
const MAX_BACKOFF_MS = 300_000;
/** With stored payloads the result lives for weeks, but deliveries stop after the hour that fal names. */
const MAX_DELIVERY_MS = 3_600_000;
/** How long `webhook_out_of_order` waits for another request's webhook. */
const OVERTAKE_MS = 5_000;

interface WebhookWorld extends DeliveryWorld {
  journal(): Journal;
  broken(error: unknown): void;
}

export class WebhookSender {
  readonly #world: WebhookWorld;
  readonly #stop = new AbortController();
  readonly #tried = new Map<string, { attempt: number; final: boolean }>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Emits the job's id as event, and `any` with the id, after each attempt. */
  readonly #attempts = new EventEmitter().setMaxListeners(0);

  constructor(world: WebhookWorld) {
    this.#world = world;
  }

  apply(entry: JournalEntry): void {
    if (entry.type === 'webhook_tried') this.#tried.set(entry.id, { attempt: entry.attempt, final: entry.final });
  }

  /** Goes on with the deliveries that a restart interrupted. */
  start(jobs: Job[]): void {
    for (const job of jobs) if (job.outcome && !this.#tried.get(job.id)?.final) this.send(job);
  }

  stop(): void {
    this.#stop.abort();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** Delivers in the background. A request cancelled in the queue has no webhook: fal documents none. */
  send(job: Job): void {
    if (!job.webhook || job.outcome?.errorType === 'client_cancelled') return;
    if (!this.#world.settings().webhooks) return;
    this.#guard(this.#begin(job));
  }

  /** Resolves when a delivery of this job has been tried, or after `ms`. */
  async attempted(id: string, ms: number): Promise<void> {
    if (!this.#tried.has(id)) await this.#event(id, ms);
  }

  async #begin(job: Job): Promise<void> {
    const { faults } = this.#world;
    if (await faults.strikesJob('webhook_never', job)) {
      await this.#record({ type: 'webhook_tried', id: job.id, at: Date.now(), attempt: 0, status: null, final: true });
      return;
    }
    if (await faults.strikesJob('webhook_out_of_order', job)) await this.#event('any', OVERTAKE_MS);
    await this.#attempt(job);
  }

  async #event(name: string, ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ms)]);
    await once(this.#attempts, name, { signal }).catch(() => undefined);
  }

  #later(job: Job, delayMs: number): void {
    if (this.#stop.signal.aborted) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#guard(this.#attempt(job));
    }, delayMs);
    this.#timers.add(timer);
  }

  #guard(work: Promise<void>): void {
    work.catch((error) => {
      if (!this.#stop.signal.aborted) this.#world.broken(error);
    });
  }

  async #attempt(job: Job): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const attempt = (this.#tried.get(job.id)?.attempt ?? 0) + 1;
    const status = await this.#deliver(job, attempt === 1 ? FIRST_TIMEOUT_MS : LATER_TIMEOUT_MS);
    if (this.#stop.signal.aborted) return;
    const now = Date.now();
    const acknowledged = status !== null && status >= 200 && status < 300;
    const refused = status !== null && status >= 300 && status < 400;
    const lastMoment = Math.min(resultExpiresAt(job), (job.finishedAt ?? now) + MAX_DELIVERY_MS);
    const final = acknowledged || refused || attempt >= MAX_ATTEMPTS || now >= lastMoment;
    await this.#record({ type: 'webhook_tried', id: job.id, at: now, attempt, status, final });
    const backoff = this.#world.settings().webhookRetryMs * 2 ** (attempt - 1);
    if (!final) this.#later(job, Math.min(backoff, MAX_BACKOFF_MS));
    else if (acknowledged && (await this.#world.faults.strikesJob('webhook_duplicated', job))) {
      for (let copy = 1; copy < this.#world.settings().webhookCopies; copy++) {
        await this.#deliver(job, LATER_TIMEOUT_MS);
      }
    }
  }

  #deliver(job: Job, timeoutMs: number): Promise<number | null> {
    return deliverWebhook(job, this.#world, AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutMs)]));
  }

  async #record(entry: JournalEntry & { type: 'webhook_tried' }): Promise<void> {
    this.apply(entry);
    await this.#world.journal().append(entry);
    this.#attempts.emit(entry.id);
    this.#attempts.emit('any');
  }
}
