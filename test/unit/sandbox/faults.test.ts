import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FAULT_NAMES, FAULTS } from '../../../sandbox/fault-registry.ts';
import { type FaultRuleInput, faultRulesSchema, readFaultOption } from '../../../sandbox/fault-rule.ts';
import { Faults } from '../../../sandbox/faults.ts';
import type { JournalEntry } from '../../../sandbox/journal.ts';

/** Faults whose journal can be read back, as after a kill. */
function journaled(entries: JournalEntry[] = []) {
  const faults = new Faults(() => ({
    async append(entry) {
      entries.push(structuredClone(entry));
    },
    close: async () => undefined,
  }));
  for (const entry of entries) faults.apply(entry);
  return { faults, entries };
}

const rules = (...inputs: FaultRuleInput[]) => faultRulesSchema.parse(inputs);

async function draws(faults: Faults, count: number, endpoint?: string): Promise<string> {
  let drawn = '';
  for (let i = 0; i < count; i++) drawn += (await faults.strikes('status_500', { endpoint })) ? 'x' : '.';
  return drawn;
}

describe('faults', () => {
  it('of a person strike only those whom their rule names, and tell whom', async () => {
    const { faults, entries } = journaled();
    await faults.replace(rules({ fault: 'missing', person: 'lka' }, { fault: 'swap' }));
    expect(await faults.strikesJob('missing', { id: 'one', people: ['lkb'] })).toBe(false);
    expect(await faults.strikesJob('missing', { id: 'two' })).toBe(false);
    expect(await faults.strikesJob('missing', { id: 'three', people: ['lkb', 'lka'] })).toBe(true);
    expect(await faults.strikesJob('swap', { id: 'three', people: ['lkb'] })).toBe(true);
    const read = journaled(entries).faults;
    expect([read.isAbout('missing', 'three'), read.isAbout('swap', 'three')]).toEqual(['lka', undefined]);
    expect(read.ofJob('three')).toEqual(['missing', 'swap']);
  });

  it('strike as often as their probability says, and the same for the same seed', async () => {
    const { faults } = journaled();
    await faults.replace(rules({ fault: 'status_500', probability: 0.1, seed: 7 }));
    const first = await draws(faults, 2_000);
    expect(first.replaceAll('.', '').length).toBeGreaterThan(150);
    expect(first.replaceAll('.', '').length).toBeLessThan(250);
    await faults.replace(rules({ fault: 'status_500', probability: 0.1, seed: '7' }));
    expect(await draws(faults, 2_000)).toBe(first);
  });

  it('of several rules for one fault each counts for itself', async () => {
    const { faults } = journaled();
    await faults.replace(
      rules({ fault: 'status_500', times: 1, endpoint: 'a' }, { fault: 'status_500', times: 2 }, { fault: 'file_404' }),
    );
    expect(await draws(faults, 5, 'a')).toBe('xxx..');
    expect(faults.rules().map((rule) => rule.struck)).toEqual([1, 2, 0]);
    expect(faults.counts()).toMatchObject({ status_500: 3, file_404: 0 });
  });

  it('end when their time is over', async () => {
    const { faults } = journaled();
    await faults.replace(rules({ fault: 'status_500', until: new Date(Date.now() - 1).toISOString() }));
    expect(await draws(faults, 1)).toBe('.');
    await faults.replace(rules({ fault: 'status_500', until: new Date(Date.now() + 60_000).toISOString() }));
    expect(await draws(faults, 1)).toBe('x');
  });

  it('strike a request once, and hold it as long as a rule for them stands', async () => {
    const { faults } = journaled();
    const job = { id: 'r1', endpoint: 'a' };
    await faults.replace(rules({ fault: 'stuck_in_queue', times: 1 }));
    expect(await faults.strikesJob('stuck_in_queue', job)).toBe(true);
    expect(await faults.strikesJob('stuck_in_queue', job)).toBe(true);
    expect(await faults.strikesJob('stuck_in_queue', { id: 'r2', endpoint: 'a' })).toBe(false);
    expect(faults.counts().stuck_in_queue).toBe(1);
    expect(faults.holds('stuck_in_queue', job)).toBe(true);
    await faults.replace([]);
    expect(faults.holds('stuck_in_queue', job)).toBe(false);
    expect(faults.ofJob('r1')).toEqual(['stuck_in_queue']);
  });

  it('survive a kill with their counts and their place in the draws', async () => {
    const given = rules({ fault: 'status_500', probability: 0.5, seed: 3 });
    const whole = journaled().faults;
    await whole.start(given);
    const expected = await draws(whole, 40);
    const cutAt = expected.indexOf('x', 15) + 1;

    const killed = journaled();
    await killed.faults.start(given);
    await draws(killed.faults, cutAt);
    const { faults } = journaled(killed.entries);
    await faults.start(given);
    expect(await draws(faults, 40 - cutAt)).toBe(expected.slice(cutAt));
    expect(faults.counts()).toEqual(whole.counts());
  });

  it('set by hand stay after a restart with the old rules, and give way to new ones', async () => {
    const first = journaled();
    await first.faults.start(rules({ fault: 'status_500' }));
    await first.faults.replace(rules({ fault: 'file_404' }));
    const second = journaled(first.entries);
    await second.faults.start(rules({ fault: 'status_500' }));
    expect(second.faults.rules()).toMatchObject([{ fault: 'file_404' }]);
    await second.faults.start(rules({ fault: 'status_429' }));
    expect(second.faults.rules()).toMatchObject([{ fault: 'status_429' }]);
  });
});

describe('--fault', () => {
  it('is read with all of its parts', () => {
    const text =
      'lost_submit_response,probability=0.1,seed=1,times=3,endpoint=fal-ai/flux-lora,until=2026-11-30T12:00:00Z';
    expect(readFaultOption(text)).toEqual({
      fault: 'lost_submit_response',
      probability: 0.1,
      seed: '1',
      times: 3,
      endpoint: 'fal-ai/flux-lora',
      until: '2026-11-30T12:00:00Z',
    });
    expect(readFaultOption('file_404')).toEqual({ fault: 'file_404', probability: 1, seed: 'sandbox' });
  });

  it.each([
    ['nothing_known', 'there is no fault "nothing_known"; --help lists them'],
    ['file_404,often', '"often" has no value'],
    ['file_404,probability=2', 'probability'],
    ['file_404,times=', 'times'],
    ['file_404,colour=red', 'colour'],
    ['file_404,until=tomorrow', 'until'],
  ])('%s is refused with what to write instead', (text, message) => {
    expect(() => readFaultOption(text)).toThrow(message);
  });
});

it('the table in the README is the registry', async () => {
  const readme = await readFile(new URL('../../../sandbox/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| (\w+) +\| (.+?) +\|$/gm)].map(([, name, at, does]) => [
    name,
    at,
    does,
  ]);
  expect(rows).toEqual(FAULT_NAMES.map((name) => [name, FAULTS[name].at, FAULTS[name].does]));
});
