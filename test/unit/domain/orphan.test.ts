// What becomes of an open row, by what Temporal knows of its workflow.

import { describe, expect, test } from 'vitest';
import { BEGIN_WITHIN_MS, endOfOrphan, isSettled, NEVER_BEGUN_MS, SETTLING_MS } from '../../../domain/orphan.ts';

const OLD = 365 * 24 * 3_600_000;

describe('an open row', () => {
  test.each(['running', 'unclear'] as const)('stays open while its workflow is %s, however old it is', (status) => {
    for (const what of ['run', 'test', 'batch', 'still'] as const)
      expect(endOfOrphan(what, status, OLD)).toBeUndefined();
  });

  test.each([
    ['terminated', 'failed', /was terminated/],
    ['timed_out', 'failed', /timed out/],
    ['failed', 'failed', /history in Temporal shows the reason/],
    ['completed', 'failed', /older copy/],
    ['cancelled', 'cancelled', /on request/],
  ] as const)('of a workflow that is %s ends as %s, at any age', (status, stage, reason) => {
    for (const age of [0, OLD]) {
      expect(endOfOrphan('run', status, age)).toEqual({ stage, reason: expect.stringMatching(reason) });
    }
  });

  test('that Temporal does not know may still be begun for a while, and then has failed', () => {
    expect(endOfOrphan('run', 'not_found', NEVER_BEGUN_MS - 1)).toBeUndefined();
    expect(endOfOrphan('run', 'not_found', NEVER_BEGUN_MS)).toMatchObject({
      stage: 'failed',
      reason: expect.stringMatching(/new Idempotency-Key/),
    });
  });

  test.each([
    ['batch', /Redraw the stills that are missing/],
    ['still', /Redraw it; a picture that was made before is kept/],
  ] as const)('of a %s says what to do next', (what, next) => {
    for (const status of ['terminated', 'timed_out', 'failed', 'completed', 'not_found'] as const) {
      const { reason } = endOfOrphan(what, status, OLD) ?? {};
      expect(reason?.toLowerCase()).toContain(`the ${what}`);
      expect(reason).toMatch(next);
    }
  });

  test('is never closed in the time in which a repeat of the start may begin it', () => {
    expect(BEGIN_WITHIN_MS).toBeLessThan(NEVER_BEGUN_MS);
  });

  test('is left alone until the steps of its workflow have learned that it is gone', () => {
    expect([isSettled(SETTLING_MS - 1), isSettled(SETTLING_MS), isSettled(undefined)]).toEqual([false, true, true]);
  });
});
