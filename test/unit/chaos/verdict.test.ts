// The judge of a chaos run has to see what is broken: each promise once kept and once broken.

import { describe, expect, it } from 'vitest';
import type { Identity } from '../../../api/schemas/identity.ts';
import { type BatchStory, brokenStills } from '../../../chaos/batches.ts';
import type { Evidence, LedgerRow } from '../../../chaos/evidence.ts';
import { webhookFingerprint } from '../../../chaos/evidence.ts';
import type { RunStory } from '../../../chaos/people.ts';
import { prngOf } from '../../../chaos/prng.ts';
import { judge, kept } from '../../../chaos/verdict.ts';

const API = 'http://127.0.0.1:8787';
const ID = '0f8b2a54-6f0c-4a57-9d5e-3f1c2b7a9e10';

const row = (changes: Partial<LedgerRow> = {}): LedgerRow => ({
  key: `${ID}/train/1`,
  subjectId: ID,
  state: 'settled',
  requestId: 'request-1',
  token: 'token-1',
  chargedMicros: 2_000_000,
  estimateMicros: 2_000_000,
  posted: true,
  reason: null,
  ...changes,
});

const book = (token = 'token-1') => ({
  requestId: 'request-1',
  endpoint: 'fal-ai/flux-lora-fast-training',
  outcome: 'succeeded' as const,
  chargedMicros: 2_000_000,
  webhookSha256: webhookFingerprint(API, token),
});

const evidence = (changes: Partial<Evidence> = {}): Evidence => ({
  books: [book()],
  ledger: [row()],
  files: [`character-loras/tenant/${ID}/1.safetensors`],
  open: { runs: [], tests: [], stills: [] },
  reservedMicros: 0,
  faults: {},
  ...changes,
});

function story(stage: string, changes: Partial<RunStory> = {}): RunStory {
  const final = { identityId: ID, stage, decisions: [{ decision: { decisionId: 'd1' } }] } as Identity;
  return {
    identityId: ID,
    plan: 'approve',
    final,
    tests: [],
    acknowledged: ['d1'],
    over: true,
    seconds: 60,
    ...changes,
  };
}

/** A test of two images; no image could be made of these types. */
function failedTest(unmade: ('portrait' | 'profile')[]): RunStory['tests'][number] {
  const failedImages = unmade.map((type) => ({ type, code: 'ProviderDeadline' as const, message: 'It did not end.' }));
  return { state: 'failed', types: ['portrait', 'profile'], failedImages, closeReason: 'Not found: the references.' };
}

const broken: [string, RunStory[], Evidence, string][] = [
  [
    'a request accepted twice',
    [story('ready')],
    evidence({ books: [book(), { ...book(), requestId: 'request-2' }] }),
    'doubleSubmissions',
  ],
  ['a charge that the ledger does not know', [story('ready')], evidence({ ledger: [] }), 'differences'],
  [
    'a charge that the ledger has otherwise',
    [story('ready')],
    evidence({ ledger: [row({ chargedMicros: 1 })] }),
    'differences',
  ],
  ['a decision that is gone', [story('ready', { acknowledged: ['d1', 'd2'] })], evidence(), 'lost'],
  ['a run that goes nowhere', [story('training', { over: false })], evidence(), 'stuck'],
  [
    'an archive after the end',
    [story('ready')],
    evidence({ files: [`character-references/t/identities/${ID}/archives/x.zip`] }),
    'orphans',
  ],
  ['a LoRA of a rejected run', [story('rejected')], evidence(), 'orphans'],
  [
    'a copy of a reference photo after a run that failed',
    [story('failed')],
    evidence({ files: [`character-references/t/identities/${ID}/references/p.jpg`] }),
    'orphans',
  ],
  [
    'an operator asked about what was never posted',
    [story('needs_operator')],
    evidence({ books: [], ledger: [row({ state: 'unknown', posted: false, chargedMicros: null })] }),
    'needlessOperator',
  ],
  [
    'a run whose row stays open',
    [story('failed')],
    evidence({ open: { runs: [{ identityId: ID, stage: 'training' }], tests: [], stills: [] } }),
    'openRows',
  ],
  [
    'a test whose row stays open',
    [story('ready')],
    evidence({ open: { runs: [], tests: [{ name: `${ID} test 1`, state: 'running' }], stills: [] } }),
    'openRows',
  ],
  [
    'a request that nobody follows',
    [story('failed')],
    evidence({ ledger: [row({ state: 'submitted', chargedMicros: null })], reservedMicros: 2_000_000 }),
    'openCalls',
  ],
  ['a reservation that nobody gives back', [story('ready')], evidence({ reservedMicros: 70_000 }), 'reservations'],
  [
    'a test that a deleted photo has harmed',
    [story('ready', { plan: 'forget', hitIn: 'training', tests: [failedTest(['profile'])] })],
    evidence(),
    'harmed',
  ],
  [
    'an operator asked about what the provider lists',
    [story('needs_operator')],
    evidence({ ledger: [row({ state: 'unknown', chargedMicros: null, requestId: null })] }),
    'needlessOperator',
  ],
];

describe('the judge', () => {
  it('finds nothing where every promise was kept', () => {
    expect(kept(judge({ runs: [story('ready')], batches: [] }, evidence(), API))).toBe(true);
  });

  it.each(broken)('sees %s', (_, runs, found, promise) => {
    const verdict = judge({ runs, batches: [] }, found, API);
    expect(verdict[promise as 'lost']).not.toEqual([]);
    expect(kept(verdict)).toBe(false);
  });

  it('does not blame deleted photos for a test of which the provider made no image', () => {
    const tests = [failedTest(['portrait', 'profile'])];
    expect(
      judge({ runs: [story('ready', { plan: 'forget', hitIn: 'training', tests })], batches: [] }, evidence(), API)
        .harmed,
    ).toEqual([]);
  });

  it('tells a payment that nobody can know apart from a difference', () => {
    const unclear = evidence({
      reservedMicros: 2_000_000,
      books: [],
      ledger: [row({ state: 'unknown', chargedMicros: null, requestId: null })],
    });
    const verdict = judge({ runs: [story('needs_operator')], batches: [] }, unclear, API);
    expect(verdict).toMatchObject({ differences: [], needlessOperator: [], ambiguous: [ID] });
    expect(kept(verdict)).toBe(true);
  });
});

describe('the judge of a batch', () => {
  const CLEAN = { check: { findings: [] as object[] } };
  const still = (changes: object = {}) => {
    const cost = { chargedUsd: 0.07, reservedUsd: 0 };
    const pictures = [{ number: 1, ...CLEAN }];
    return { number: 1, state: 'passed', price: { highestUsd: 0.07 }, cost, pictures, best: 1, ...changes };
  };
  const batch = (stills: object[], changes: object = {}): BatchStory =>
    ({
      batchId: ID,
      final: { state: 'done', counts: {}, total: 1 },
      stills,
      over: true,
      seconds: 9,
      ...changes,
    }) as never;

  it('finds nothing in stills that have ended', () => {
    expect(brokenStills(batch([still()]))).toEqual([]);
    const flagged = { number: 1, check: { findings: [{ code: 'swapped' }] } };
    expect(brokenStills(batch([still({ state: 'flagged', pictures: [flagged] })]))).toEqual([]);
  });

  it.each<[string, BatchStory]>([
    ['is not over', batch([still()], { over: false })],
    ['has lost a still', batch([])],
    ['has a still without an end', batch([still({ state: 'checking' })])],
    ['has a still that cost more than was stated', batch([still({ cost: { chargedUsd: 0.08, reservedUsd: 0 } })])],
    ['has passed what was not checked', batch([still({ pictures: [{ number: 1 }] })])],
    ['has passed what is wrong', batch([still({ pictures: [{ number: 1, check: { findings: [{}] } }] })])],
  ])('sees one that %s', (_, story) => {
    expect(brokenStills(story)).toHaveLength(1);
    expect(kept(judge({ runs: [], batches: [story] }, evidence({ books: [], ledger: [] }), API))).toBe(false);
  });
});

describe('chance', () => {
  it('is the same for the same seed, and another for another', () => {
    const draw = (seed: number) =>
      Array.from(
        { length: 20 },
        (
          (chance) => () =>
            chance.next()
        )(prngOf(seed)),
      );
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1).every((x) => x >= 0 && x < 1)).toBe(true);
  });

  it('picks by weight', () => {
    const chance = prngOf(3);
    const picks = Array.from({ length: 1000 }, () => chance.pick({ often: 9, rarely: 1 }));
    const often = picks.filter((pick) => pick === 'often').length;
    expect(often).toBeGreaterThan(850);
    expect(often).toBeLessThan(950);
  });
});
