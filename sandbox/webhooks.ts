// Sends the webhook of a finished request, signed as fal signs, until it is acknowledged or its time is over.
import { isIP } from 'node:net';
import { type Job, resultExpiresAt } from './job.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { Settings } from './settings.ts';
import type { SigningKey } from './signing-key.ts';

/** fal gives the first attempt 15 s, later ones 120 s, and tries at most 31 times while it holds the result. */
const FIRST_TIMEOUT_MS = 15_000;
const LATER_TIMEOUT_MS = 120_000;
const MAX_ATTEMPTS = 31;
const MAX_BACKOFF_MS = 300_000;
/** With stored payloads the result lives for weeks, but deliveries stop after the hour that fal names. */
const MAX_DELIVERY_MS = 3_600_000;

export interface WebhookWorld {
  journal(): Journal;
  settings(): Settings;
  key: SigningKey;
  /** Whether a fault swallows this job's webhook. */
  swallowed(job: Job): boolean;
  broken(error: unknown): void;
}

export class WebhookSender {
  readonly #world: WebhookWorld;
  readonly #stop = new AbortController();
  readonly #tried = new Map<string, { attempt: number; final: boolean }>();
  readonly #timers = new Set<NodeJS.Timeout>();

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
    if (this.#world.swallowed(job)) {
      void this.#record({ type: 'webhook_tried', id: job.id, at: Date.now(), attempt: 0, status: null, final: true });
      return;
    }
    this.#later(job, 0);
  }

  #later(job: Job, delayMs: number): void {
    if (this.#stop.signal.aborted) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#attempt(job).catch((error) => {
        if (!this.#stop.signal.aborted) this.#world.broken(error);
      });
    }, delayMs);
    this.#timers.add(timer);
  }

  async #attempt(job: Job): Promise<void> {
    const attempt = (this.#tried.get(job.id)?.attempt ?? 0) + 1;
    const status = await this.#post(job, attempt);
    if (this.#stop.signal.aborted) return;
    const now = Date.now();
    const acknowledged = status !== null && status >= 200 && status < 300;
    const refused = status !== null && status >= 300 && status < 400;
    const lastMoment = Math.min(resultExpiresAt(job), (job.finishedAt ?? now) + MAX_DELIVERY_MS);
    const final = acknowledged || refused || attempt >= MAX_ATTEMPTS || now >= lastMoment;
    await this.#record({ type: 'webhook_tried', id: job.id, at: now, attempt, status, final });
    const backoff = this.#world.settings().webhookRetryMs * 2 ** (attempt - 1);
    if (!final) this.#later(job, Math.min(backoff, MAX_BACKOFF_MS));
  }

  async #record(entry: JournalEntry): Promise<void> {
    this.apply(entry);
    await this.#world.journal().append(entry);
  }

  /** The status of the answer, or null when there was none. 308 stands for a host that must not be called. */
  async #post(job: Job, attempt: number): Promise<number | null> {
    const url = job.webhook ?? '';
    if (!URL.canParse(url)) return 308;
    if (!this.#world.settings().webhookLoopback && isPrivateHost(new URL(url).hostname)) return 308;
    const body = Buffer.from(JSON.stringify(webhookBody(job)));
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/json', ...this.#world.key.headers(job.id, body, Date.now()) },
        body,
        signal: AbortSignal.any([
          this.#stop.signal,
          AbortSignal.timeout(attempt === 1 ? FIRST_TIMEOUT_MS : LATER_TIMEOUT_MS),
        ]),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return null;
    }
  }
}

function webhookBody(job: Job): Record<string, unknown> {
  const ids = { request_id: job.id, gateway_request_id: job.id };
  const status = job.outcome?.status ?? 500;
  const payload = job.outcome?.body ?? null;
  if (status < 300) return { ...ids, status: 'OK', payload };
  return { ...ids, status: 'ERROR', error: `Invalid status code: ${status}`, payload };
}

/** Loopback and private addresses, by name or by number. */
function isPrivateHost(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) === 6) return /^(::1?$|f[cd]|fe[89ab])/i.test(bare);
  return isIP(bare) === 4 && /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(bare);
}
