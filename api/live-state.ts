// Live states: all subscriptions of this process to one run share one poll a second. Only the newest snapshot is kept:
// a slow reader misses the older ones and uses no memory.

export interface Snapshot {
  /** Identifies a state; the same one is not sent again. */
  version: string;
  /** It is the last one. */
  last: boolean;
}

/** One poll. Undefined when the state cannot be read, or equals `before`. */
export type Poll<T extends Snapshot> = (before: T | undefined) => Promise<T | undefined>;

export interface Subscription<T extends Snapshot> {
  /** The next snapshot for this subscription; undefined after `patienceMs`, and when the process stops. */
  next(patienceMs: number): Promise<T | undefined>;
  /** Ends the subscription, and a wait in it. Every subscription has to be closed. */
  close(): void;
}

export class LiveStates<T extends Snapshot> {
  readonly #everyMs: number;
  readonly #stopping: AbortSignal;
  readonly #runs = new Map<string, Poller<T>>();

  constructor(everyMs: number, stopping: AbortSignal) {
    this.#everyMs = everyMs;
    this.#stopping = stopping;
  }

  /** Polling begins with the first subscription to an id, by its `poll`, and ends with the last one. */
  subscribe(id: string, poll: Poll<T>): Subscription<T> {
    const shared = this.#runs.get(id) ?? this.#begin(id, poll);
    return shared.join();
  }

  #begin(id: string, poll: Poll<T>): Poller<T> {
    const shared = new Poller(poll, this.#stopping, () => this.#runs.delete(id));
    this.#runs.set(id, shared);
    void shared.run(this.#everyMs);
    return shared;
  }
}

class Poller<T extends Snapshot> {
  readonly #poll: Poll<T>;
  readonly #forget: () => void;
  /** Aborted when the last subscription is closed, or the process stops. */
  readonly #over: AbortSignal;
  readonly #left = new AbortController();
  readonly #waiting = new Set<() => void>();
  readonly #pause = new Pause();
  #subscriptions = 0;
  #newest: T | undefined;

  constructor(poll: Poll<T>, stopping: AbortSignal, forget: () => void) {
    this.#poll = poll;
    this.#forget = forget;
    this.#over = AbortSignal.any([stopping, this.#left.signal]);
    const wakeAll = () => {
      this.#pause.end();
      this.#wakeAll();
    };
    this.#over.addEventListener('abort', wakeAll, { once: true });
  }

  async run(everyMs: number): Promise<void> {
    while (!this.#over.aborted && !this.#newest?.last) {
      const seen = await this.#poll(this.#newest).catch(() => undefined);
      if (seen && seen.version !== this.#newest?.version) {
        this.#newest = seen;
        this.#wakeAll();
      }
      if (!this.#over.aborted) await this.#pause.of(everyMs);
    }
  }

  join(): Subscription<T> {
    this.#subscriptions += 1;
    let seen: T | undefined;
    let open = true;
    const pause = new Pause();
    return {
      next: async (patienceMs) => {
        const isNews = () => this.#newest !== undefined && this.#newest !== seen;
        if (open && !isNews() && !this.#over.aborted) {
          this.#waiting.add(pause.end);
          await pause.of(patienceMs);
          this.#waiting.delete(pause.end);
        }
        if (!open || !isNews()) return undefined;
        seen = this.#newest;
        return seen;
      },
      close: () => {
        if (!open) return;
        open = false;
        pause.end();
        this.#subscriptions -= 1;
        if (this.#subscriptions > 0) return;
        this.#forget();
        this.#left.abort();
      },
    };
  }

  #wakeAll(): void {
    for (const end of this.#waiting) end();
  }
}

/** A pause that `end` cuts short. */
class Pause {
  #resolve: (() => void) | undefined;
  readonly end = (): void => this.#resolve?.();

  async of(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#resolve = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#resolve = undefined;
  }
}
