// What the check of fal may spend, and how it judges.

import { describe, expect, it } from 'vitest';
import { type Answer, verdictOf } from '../../../bench/check-fal/answer.ts';
import { CannotRun, readOptions } from '../../../bench/check-fal/options.ts';
import { Purse } from '../../../bench/check-fal/purse.ts';

describe('the limit', () => {
  it('holds what is set aside as spent until the bill is there', () => {
    const purse = new Purse(100_000);
    expect(purse.reserve(70_000)).toBe(70_000);
    expect(purse.reserve(35_000)).toBeUndefined();
    purse.bill(70_000, 35_000);
    expect(purse.reserve(35_000)).toBe(35_000);
    expect([purse.billed, purse.spentAtMost, purse.left]).toEqual([35_000, 70_000, 30_000]);
  });

  it('may be reached and not passed', () => {
    const purse = new Purse(70_000);
    expect(purse.reserve(70_000)).toBe(70_000);
    expect(purse.reserve(1)).toBeUndefined();
    expect(new Purse(0).reserve(35_000)).toBeUndefined();
  });

  it('takes every price for higher once a bill was', () => {
    const purse = new Purse(200_000);
    purse.bill(purse.reserve(70_000) ?? 0, 140_000);
    expect(purse.left).toBe(60_000);
    expect(purse.reserve(35_000)).toBeUndefined();
    expect(purse.reserve(30_000)).toBe(60_000);
  });
});

describe('a verdict', () => {
  const answered = (facts: Record<string, string | number>, notes: string[] = []): Answer => ({
    kind: 'answered',
    facts,
    notes,
  });

  it.each<[string, Answer, Answer]>([
    ['same', answered({ units: 2 }, ['billed']), answered({ units: 2 })],
    ['differs', answered({ units: 1 }), answered({ units: 2 })],
    ['differs', answered({ units: 2, came: 'no' }), answered({ units: 2 })],
    ['differs', answered({ units: 2 }), answered({ units: 2, came: 'yes' })],
    ['not tried', { kind: 'not_tried', why: '' }, answered({})],
    ['left out', { kind: 'left_out', why: '' }, answered({})],
    ['no answer', { kind: 'no_answer', why: '' }, answered({})],
    ['no answer', answered({}), { kind: 'no_answer', why: '' }],
  ])('is %s', (verdict, fal, sandbox) => {
    expect(verdictOf(fal, sandbox)).toBe(verdict);
  });
});

describe('the arguments', () => {
  const KEY = { FAL_KEY: 'a-key' };

  it('take the key by both of its names, and dollars to the micro-dollar', () => {
    expect(readOptions(['--max-usd', '0.1'], { FAL_KEY: '', FAL_API_KEY: 'other' })).toMatchObject({
      credentials: 'other',
      maxSpend: 100_000,
      base: undefined,
      publicUrl: undefined,
      fileSeconds: 60,
    });
    expect(readOptions(['--help'], {})).toBeUndefined();
  });

  it.each([
    [[], KEY, '--max-usd 0.50'],
    [['--max-usd', '0.5'], {}, 'FAL_KEY is not set'],
    [['--max-usd', 'much'], KEY, '--max-usd much'],
    [['--max-usd', '-1'], KEY, '--max-usd'],
    [['--max-usd', ''], KEY, '--max-usd'],
    [['--max-usd', 'Infinity'], KEY, '--max-usd'],
    [['--max-usd', '1', '--base', 'localhost'], KEY, '--base localhost'],
    [['--max-usd', '1', '--port', '70000'], KEY, '--port 70000'],
    [['--max-dollars', '1'], KEY, '--max-dollars'],
  ])('%j are refused with the next step', (args, env, words) => {
    expect(() => readOptions(args, env)).toThrow(CannotRun);
    expect(() => readOptions(args, env)).toThrow(words);
  });
});
