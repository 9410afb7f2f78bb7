// Live states: whoever watches a run shares one look at it a second with all others who watch it here. Only the newest
// state is kept, so that a slow reader costs nothing: it misses what was in between, and gets what is.

export interface Glimpse {
  /** Tells one state from the next; the same one is not told again. */
  version: string;
  /** Nothing comes after it. */
  last: boolean;
}

/** One look. Undefined when nobody can tell, or nothing is new since `before`. */
export type Look<T extends Glimpse> = (before: T | undefined) => Promise<T | undefined>;

export interface Watch<T extends Glimpse> {
  /**
   * The newest state that this watch has not seen, as soon as there is one; undefined after `patienceMs`, or when all
   * watching ends.
   */
  next(patienceMs: number): Promise<T | undefined>;
  /** Has to be called by whoever watched; waits no longer. */
  close(): void;
}

export class LiveStates<T extends Glimpse> {
  readonly #everyMs: number;
  readonly #stopping: AbortSignal;
  readonly #runs = new Map<string, SharedLook<T>>();

  constructor(everyMs: number, stopping: AbortSignal) {
    this.#everyMs = everyMs;
    this.#stopping = stopping;
  }

  /** The looks begin with the first watch of an id, by its `look`, and end with the last one. */
  watch(id: string, look: Look<T>): Watch<T> {
    const shared = this.#runs.get(id) ?? this.#begin(id, look);
    return shared.join();
  }

  #begin(id: string, look: Look<T>): SharedLook<T> {
    const shared = new SharedLook(look, this.#stopping, () => this.#runs.delete(id));
    this.#runs.set(id, shared);
    void shared.run(this.#everyMs);
    return shared;
  }
}

class SharedLook<T extends Glimpse> {
  readonly #look: Look<T>;
  readonly #forget: () => void;
  /** Aborted when nobody watches any more, or the process stops. */
  readonly #over: AbortSignal;
  readonly #left = new AbortController();
  readonly #waiting = new Set<() => void>();
  readonly #pause = new Wake();
  #watches = 0;
  #newest: T | undefined;

  constructor(look: Look<T>, stopping: AbortSignal, forget: () => void) {
    this.#look = look;
    this.#forget = forget;
    this.#over = AbortSignal.any([stopping, this.#left.signal]);
    const wakeAll = () => {
      this.#pause.call();
      this.#wakeAll();
    };
    this.#over.addEventListener('abort', wakeAll, { once: true });
  }

  async run(everyMs: number): Promise<void> {
    while (!this.#over.aborted && !this.#newest?.last) {
      const seen = await this.#look(this.#newest).catch(() => undefined);
      if (seen && seen.version !== this.#newest?.version) {
        this.#newest = seen;
        this.#wakeAll();
      }
      if (!this.#over.aborted) await this.#pause.within(everyMs);
    }
  }

  join(): Watch<T> {
    this.#watches += 1;
    let seen: T | undefined;
    let open = true;
    const wake = new Wake();
    return {
      next: async (patienceMs) => {
        const isNews = () => this.#newest !== undefined && this.#newest !== seen;
        if (open && !isNews() && !this.#over.aborted) {
          this.#waiting.add(wake.call);
          await wake.within(patienceMs);
          this.#waiting.delete(wake.call);
        }
        if (!open || !isNews()) return undefined;
        seen = this.#newest;
        return seen;
      },
      close: () => {
        if (!open) return;
        open = false;
        wake.call();
        this.#watches -= 1;
        if (this.#watches > 0) return;
        this.#forget();
        this.#left.abort();
      },
    };
  }

  #wakeAll(): void {
    for (const wake of this.#waiting) wake();
  }
}

/** A wait that is ended by whoever calls, or by its time. */
class Wake {
  #end: (() => void) | undefined;
  readonly call = (): void => this.#end?.();

  async within(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#end = undefined;
  }
}
