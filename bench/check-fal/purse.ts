// The limit of what may be spent. A price is set aside before its request is sent, at its highest, and made good when the
// bill is there. When a bill was higher than that, every further price is taken for higher by as much. What became of a request that was not answered is not known: its price stays set aside.

import type { MicroUsd } from '../../domain/money.ts';

export class Purse {
  readonly #limit: MicroUsd;
  #setAside = 0;
  #billed = 0;
  /** How many times as much was billed as was set aside, at most. */
  #dearer = 1;

  constructor(limit: MicroUsd) {
    this.#limit = limit;
  }

  /** Sets a price aside, and answers how much; undefined when it does not fit any more. */
  reserve(price: MicroUsd): MicroUsd | undefined {
    const wanted = Math.ceil(price * this.#dearer);
    if (this.spentAtMost + wanted > this.#limit) return undefined;
    this.#setAside += wanted;
    return wanted;
  }

  /** The bill for what was set aside. */
  bill(setAside: MicroUsd, billed: MicroUsd): void {
    this.#setAside -= setAside;
    this.#billed += billed;
    if (billed > setAside) this.#dearer *= billed / setAside;
  }

  /** What bills named. */
  get billed(): MicroUsd {
    return this.#billed;
  }

  /** What may have been spent at most: what was billed, and what is set aside without a bill. */
  get spentAtMost(): MicroUsd {
    return this.#billed + this.#setAside;
  }

  get left(): MicroUsd {
    return Math.max(0, this.#limit - this.spentAtMost);
  }
}
