// The queue: requests wait, start when a place is free, and end by the schedule in the settings. What it tells
// anybody is in the journal first; after a restart, waiting requests wait on and running ones are run again and end
// when they would have ended (a run draws the same output for the same request).
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, jobState, type Outcome, requestFailure } from './job.ts';
import type { JobQueueWorld } from './job-queue-world.ts';
import type { JournalEntry } from './journal.ts';
import { runModel } from './run-model.ts';

/** A day: Node fires timers of more than 24.8 days at once. */
const MAX_TIMER_MS = 86_400_000;

export type CancelAnswer = 'CANCELLATION_REQUESTED' | 'ALREADY_COMPLETED';

export class JobQueue {
  readonly #world: JobQueueWorld;
  readonly #jobs = new Map<string, Job>();
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #stop = new AbortController();
  readonly #atWork = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(world: JobQueueWorld) {
    this.#world = world;
  }

  /** Takes over what the journal holds. */
  apply(entry: JournalEntry): void {
    if (entry.type === 'accepted') {
      this.#jobs.set(entry.job.id, { ...entry.job });
      return;
    }
    const job = 'id' in entry ? this.#jobs.get(entry.id) : undefined;
    if (!job) return;
    if (entry.type === 'started') job.startedAt = entry.at;
    else if (entry.type === 'requeued') {
      delete job.startedAt;
      job.notBefore = entry.notBefore;
      job.requeues = (job.requeues ?? 0) + 1;
    } else if (entry.type === 'cancel_asked') job.cancelAsked = true;
    else if (entry.type === 'finished') {
      job.finishedAt = entry.at;
      job.outcome = entry.outcome;
    } else if (entry.type === 'payload_deleted') {
      job.payloadDeleted = true;
      job.input = null;
      if (job.outcome) job.outcome = { ...job.outcome, body: null };
    }
  }

  /** Starts the clock, and runs again what a crash interrupted. */
  start(): void {
    for (const job of this.#jobs.values()) {
      if (jobState(job) === 'IN_PROGRESS') this.#run(job);
    }
    this.tick();
  }

  /** Stops the clock and waits until nothing is at work. Requests in flight stay as they are, for the next start. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the sandbox is closing'));
    clearTimeout(this.#timer);
    await Promise.all(this.#atWork);
  }

  all(): Job[] {
    return [...this.#jobs.values()];
  }

  find(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  /** Accepts a request: on the disk when this resolves. */
  async submit(job: Job): Promise<void> {
    await this.#record({ type: 'accepted', job });
    this.tick();
  }

  /** Starts a request at once, past the queue, as fal.run does. */
  async submitDirect(job: Job): Promise<void> {
    await this.#record({ type: 'accepted', job });
    await this.#begin(job.id);
  }

  /** Waiting requests end here; a running one is only told, and may still complete (fal's queue reference). */
  async cancel(job: Job): Promise<CancelAnswer> {
    if (job.outcome) return 'ALREADY_COMPLETED';
    await this.#record({ type: 'cancel_asked', id: job.id, at: Date.now() });
    const outrun = await this.#world.faults.strikesJob('cancel_race', job);
    if (jobState(job) === 'IN_QUEUE' && !outrun) {
      await this.#finish(job.id, requestFailure(job, 499, 'client_cancelled', 'Request was cancelled by the client'));
    }
    return 'CANCELLATION_REQUESTED';
  }

  async deletePayload(job: Job): Promise<void> {
    await this.#record({ type: 'payload_deleted', id: job.id, at: Date.now() });
  }

  /** Requests of the endpoint ahead of this one. */
  position(job: Job): number {
    const line = this.#line().filter((other) => other.endpoint === job.endpoint);
    return Math.max(
      0,
      line.findIndex((other) => other.id === job.id),
    );
  }

  waiting(endpoint: string): number {
    return this.#line().filter((job) => job.endpoint === endpoint).length;
  }

  running(account: string): number {
    return this.all().filter((job) => job.account === account && jobState(job) === 'IN_PROGRESS').length;
  }

  /** Resolves when the job changes, or when `signal` ends the wait. */
  async change(id: string, signal: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([signal, this.#stop.signal]);
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#changes.off(id, done);
        ended.removeEventListener('abort', done);
        resolve();
      };
      if (ended.aborted) return resolve();
      this.#changes.on(id, done);
      ended.addEventListener('abort', done);
    });
  }

  /** Starts what is due and has a place, ends what waited too long, and sets the clock for the next. */
  tick(): void {
    clearTimeout(this.#timer);
    if (this.#stop.signal.aborted) return;
    const now = Date.now();
    const { queueMs, concurrency } = this.#world.settings();
    let next = Number.POSITIVE_INFINITY;
    for (const job of this.#line()) {
      if (job.startBy !== undefined && job.startBy <= now) {
        this.#guard(this.#finish(job.id, startTimeout(job)));
        continue;
      }
      next = Math.min(next, job.startBy ?? next);
      if (this.#world.faults.holds('stuck_in_queue', job)) {
        next = Math.min(next, this.#world.faults.nextEnd(now));
        continue;
      }
      const due = Math.max(job.acceptedAt + queueMs, job.notBefore ?? 0);
      if (due > now) next = Math.min(next, due);
      else if (this.running(job.account) < concurrency) this.#guard(this.#begin(job.id));
    }
    if (next < Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(() => this.tick(), Math.min(MAX_TIMER_MS, Math.max(1, next - now)));
    }
  }

  /** Those who wait, in the order in which they start: normal priority first, then by arrival. */
  #line(): Job[] {
    const waiting = this.all().filter((job) => jobState(job) === 'IN_QUEUE');
    return waiting.sort((a, b) => Number(a.priority === 'low') - Number(b.priority === 'low'));
  }

  async #begin(id: string): Promise<void> {
    const written = this.#record({ type: 'started', id, at: Date.now() });
    const job = this.#jobs.get(id);
    if (job) this.#run(job);
    await written;
  }

  #run(job: Job): void {
    this.#guard(
      this.#attempt(job).finally(() => {
        if (!this.#stop.signal.aborted) this.tick();
      }),
    );
  }

  async #attempt(job: Job): Promise<void> {
    if (!job.requeues && !job.hurried && (await this.#world.faults.strikesJob('requeued', job)))
      return this.#runHalf(job);
    const outcome = await runModel(job, this.#world, this.#stop.signal);
    if (!this.#stop.signal.aborted) await this.#finish(job.id, outcome);
  }

  /** fal runs a request again whose runner died: it waits as long as it has run, and starts over. */
  async #runHalf(job: Job): Promise<void> {
    const model = this.#world.models.get(job.endpoint);
    const startedAt = job.startedAt ?? Date.now();
    const half = (model?.durationMs(job.input, this.#world.settings()) ?? 0) / 2;
    await sleep(Math.max(0, startedAt + half - Date.now()), undefined, { signal: this.#stop.signal });
    const at = Date.now();
    await this.#record({ type: 'requeued', id: job.id, at, notBefore: at + (at - startedAt) });
  }

  async #finish(id: string, outcome: Outcome): Promise<void> {
    const job = this.#jobs.get(id);
    if (!job || job.outcome) return;
    await this.#record({ type: 'finished', id, at: Date.now(), outcome });
    this.#world.finished(job);
  }

  /** Takes the entry over at once, so that nobody acts on the state before it, and resolves when it is on the disk. */
  async #record(entry: JournalEntry): Promise<void> {
    this.apply(entry);
    await this.#world.journal().append(entry);
    if ('id' in entry) this.#changes.emit(entry.id);
  }

  #guard(work: Promise<void>): void {
    const guarded = work
      .catch((error) => {
        if (!this.#stop.signal.aborted) this.#world.broken(error);
      })
      .finally(() => this.#atWork.delete(guarded));
    this.#atWork.add(guarded);
  }
}

function startTimeout(job: Job): Outcome {
  const headers = { 'x-fal-request-timeout-type': 'user' };
  return requestFailure(job, 504, 'request_timeout', 'Request timed out before it started', headers);
}
