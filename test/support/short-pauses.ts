// Pauses of our own code that take a fraction of their time. The unit tests share their modules (vitest.config.ts), so the
// function is exchanged where it lives, and not by a mock of a module that another file may have loaded before.

import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** Has every pause of a test file take this part of its time; answers the milliseconds that a test asked for, in order. */
export function shortPauses(divisor: number): number[] {
  const waits: number[] = [];
  const real = timers.setTimeout;
  const exchange = (setTimeout: typeof real) => {
    timers.setTimeout = setTimeout;
    syncBuiltinESMExports();
  };
  beforeAll(() =>
    exchange((ms = 0, value, options) => {
      waits.push(ms);
      return real(ms / divisor, value, options);
    }),
  );
  afterEach(() => {
    waits.length = 0;
  });
  afterAll(() => exchange(real));
  return waits;
}
