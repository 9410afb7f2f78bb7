// Whether a decision counts, and that nothing which anyone can send by hand ever throws.

import { describe, expect, it } from 'vitest';
import type { Decision, RefusalCode, ReviewState, Verdict } from '../../../domain/decision.ts';
import { endsRun, isRefusal, NEXT_STEPS, parseDecision, REFUSAL_CODES, refusalOf } from '../../../domain/decision.ts';
import { STAGES } from '../../../domain/stage.ts';

const WAITING: ReviewState = {
  stage: 'awaiting_approval',
  round: 2,
  waits: true,
  decided: [],
  regenerations: 0,
  retrainings: 0,
  maxRegenerations: 3,
  maxRetrainings: 2,
};

const meta = { decisionId: 'd-1', round: 2, by: 'anna', via: 'update' } as const;
const approve: Decision = { ...meta, verdict: 'approve' };
const reject = (next: Extract<Verdict, { verdict: 'reject' }>['next']): Decision => ({
  ...meta,
  verdict: 'reject',
  next,
});

const REFUSED: { name: string; code: RefusalCode; review: Partial<ReviewState>; decision: Decision; says: string }[] = [
  {
    name: 'an approval of an older round',
    code: 'stale_round',
    review: {},
    decision: { ...approve, round: 1 },
    says: 'round 2 is the newest',
  },
  {
    name: 'an approval of an older round, while the next images are made',
    code: 'stale_round',
    review: { stage: 'testing', waits: false },
    decision: { ...approve, round: 1 },
    says: 'round 2 is the newest',
  },
  {
    name: 'a second decision',
    code: 'already_decided',
    review: { decided: [{ ...approve, decisionId: 'd-0', by: 'bert' }] },
    decision: reject('abandon'),
    says: 'decided by bert',
  },
  {
    name: 'the id of another decision about this round',
    code: 'idempotency_conflict',
    review: { decided: [reject('regenerate')] },
    decision: approve,
    says: 'reject, regenerate',
  },
  {
    name: 'the id of a rejection that asked for something else',
    code: 'idempotency_conflict',
    review: { decided: [reject('regenerate')] },
    decision: reject('retrain'),
    says: 'reject, regenerate',
  },
  {
    name: 'the id of another decision about a round that has passed',
    code: 'idempotency_conflict',
    review: { decided: [{ ...reject('regenerate'), round: 1 }] },
    decision: { ...approve, round: 1 },
    says: 'in round 1',
  },
  {
    name: 'a decision while the run ends',
    code: 'not_awaiting_approval',
    review: { waits: false },
    decision: approve,
    says: 'about to end',
  },
  {
    name: 'a decision about the next images while they are made',
    code: 'not_awaiting_approval',
    review: { stage: 'testing', waits: false, decided: [{ ...reject('regenerate'), round: 1 }] },
    decision: approve,
    says: '"testing"',
  },
  {
    name: 'a decision before the images are there',
    code: 'not_awaiting_approval',
    review: { stage: 'scoring', waits: false },
    decision: approve,
    says: '"scoring"',
  },
  {
    name: 'a decision on a round that does not exist yet',
    code: 'not_awaiting_approval',
    review: {},
    decision: { ...approve, round: 3 },
    says: 'round 2',
  },
  {
    name: 'new images past the limit',
    code: 'round_limit',
    review: { regenerations: 3 },
    decision: reject('regenerate'),
    says: '3 times',
  },
  {
    name: 'a new training past the limit',
    code: 'round_limit',
    review: { retrainings: 2 },
    decision: reject('retrain'),
    says: '2 times',
  },
];

describe('a decision', () => {
  it.each(REFUSED)('is refused: $name ($code)', ({ code, review, decision, says }) => {
    const refusal = refusalOf({ ...WAITING, ...review }, decision);
    expect(refusal?.code).toBe(code);
    expect(refusal?.message).toContain(says);
  });

  it('every code of a refusal is met in these tests', () => {
    const malformed = parseDecision({}, 'approve', 'd', 'signal');
    const codes = [...REFUSED.map((row) => row.code), isRefusal(malformed) ? malformed.code : undefined];
    expect(new Set(codes)).toEqual(new Set(REFUSAL_CODES));
  });

  it.each([approve, ...NEXT_STEPS.map(reject)])('counts while its round waits: %o', (decision) => {
    expect(refusalOf(WAITING, decision)).toBeUndefined();
  });

  it.each(STAGES.filter((stage) => stage !== 'awaiting_approval'))('is refused in the stage %s', (stage) => {
    expect(refusalOf({ ...WAITING, stage, waits: false }, approve)?.code).toBe('not_awaiting_approval');
  });

  it('the last regeneration and the last training that are allowed count', () => {
    expect(refusalOf({ ...WAITING, regenerations: 2 }, reject('regenerate'))).toBeUndefined();
    expect(refusalOf({ ...WAITING, retrainings: 1 }, reject('retrain'))).toBeUndefined();
  });

  it('at both limits a reviewer can still approve or abandon', () => {
    const limit = { ...WAITING, regenerations: 3, retrainings: 2 };
    expect(refusalOf(limit, approve)).toBeUndefined();
    expect(refusalOf(limit, reject('abandon'))).toBeUndefined();
  });

  it('sent twice is no error, whatever stage and round came since', () => {
    for (const [waits, round, stage] of STAGES.flatMap((s) => [[false, 2, s] as const, [true, 3, s] as const])) {
      const later = { ...WAITING, stage, waits, round, decided: [approve] };
      expect(refusalOf(later, { ...approve, via: 'signal', reason: 'in other words' })).toBeUndefined();
    }
  });

  it('counts under an id that a decision of another round had', () => {
    const decided: Decision[] = [{ ...reject('regenerate'), round: 1 }];
    expect(refusalOf({ ...WAITING, decided }, approve)).toBeUndefined();
  });

  it('a refusal names what is left to do, and nothing that it would refuse next', () => {
    const both = { ...WAITING, regenerations: 3, retrainings: 2 };
    for (const next of ['regenerate', 'retrain'] as const) {
      expect(refusalOf(both, reject(next))?.message).toContain('You can still choose: approve, abandon.');
    }
    expect(refusalOf({ ...both, retrainings: 0 }, reject('regenerate'))?.message).toContain(
      'approve, retrain, abandon.',
    );
  });

  it('for a round that is not there yet the refusal does not say that nothing waits', () => {
    const refusal = refusalOf(WAITING, { ...approve, round: 3 });
    expect(refusal?.message).toContain('no round 3 yet');
    expect(refusal?.message).not.toMatch(/nothing waits|awaiting_approval/i);
  });

  it.each([
    [{ verdict: 'approve' }, true],
    [{ verdict: 'reject', next: 'abandon' }, true],
    [{ verdict: 'reject', next: 'regenerate' }, false],
    [{ verdict: 'reject', next: 'retrain' }, false],
  ] as const)('%j ends the run: %s', (verdict, ends) => {
    expect(endsRun(verdict)).toBe(ends);
  });
});

const long = 'x'.repeat(10_000);

const HOSTILE: [name: string, raw: unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 1],
  ['a word', 'approve'],
  ['a boolean', true],
  ['a bigint', 1n],
  ['a symbol', Symbol('round')],
  ['a function', () => ({ round: 1 })],
  ['a list', [1, 2, 3]],
  ['an empty list', []],
  ['an empty object', {}],
  ['an object without a prototype', Object.create(null)],
  ['a date', new Date(0)],
  ['an error', new Error('boom')],
  ['a map', new Map([['round', 1]])],
  ['a round that is null', { round: null }],
  ['a round of text', { round: '1' }],
  ['a round of zero', { round: 0 }],
  ['a negative round', { round: -1 }],
  ['half a round', { round: 1.5 }],
  ['no number', { round: Number.NaN }],
  ['an endless round', { round: Number.POSITIVE_INFINITY }],
  ['a round that is a bigint', { round: 1n }],
  ['a round that is a list', { round: [1] }],
  ['a round that pretends to be a number', { round: { valueOf: () => 1 } }],
  ['the list around a good decision', [{ round: 1 }]],
  ['the round one level down', { decision: { round: 1 } }],
  ['a polluted prototype', JSON.parse('{"__proto__": {"round": 1, "verdict": "approve"}}')],
  ['a frozen empty object', Object.freeze({})],
  ['an array buffer', new ArrayBuffer(8)],
];

describe('what a signal brings', () => {
  it.each(HOSTILE)('%s is malformed, and does not throw', (_name, raw) => {
    for (const verdict of ['approve', 'reject'] as const) {
      const read = parseDecision(raw, verdict, 'fallback', 'signal');
      expect(isRefusal(read) && read.code).toBe('malformed_decision');
    }
  });

  it.each([
    ['numbers as text fields', { round: 1, decisionId: 7, by: 7, reason: 7 }],
    ['null in every field', { round: 1, decisionId: null, by: null, reason: null }],
    ['objects in every field', { round: 1, decisionId: {}, by: [], reason: new Date(0) }],
    ['empty words', { round: 1, decisionId: '', by: '', reason: '' }],
  ])('%s: what cannot be read is left out, and the decision still counts', (_name, raw) => {
    const read = parseDecision(raw, 'approve', 'fallback', 'signal');
    expect(read).toEqual({ decisionId: 'fallback', round: 1, by: 'unnamed', via: 'signal', verdict: 'approve' });
  });

  it('long words are cut, so that no message fills the history', () => {
    const read = parseDecision({ round: 1, decisionId: long, by: long, reason: long }, 'approve', 'fallback', 'signal');
    if (isRefusal(read)) throw new Error(read.message);
    for (const word of [read.decisionId, read.by, read.reason]) expect(word).toHaveLength(500);
  });

  it('a field that nobody asked for does not get in', () => {
    const raw = { round: 1, verdict: 'reject', next: 'retrain', via: 'update', __proto__: null, stage: 'ready' };
    expect(parseDecision(raw, 'approve', 'd-9', 'signal')).toEqual({
      decisionId: 'd-9',
      round: 1,
      by: 'unnamed',
      via: 'signal',
      verdict: 'approve',
    });
  });

  it.each(NEXT_STEPS)('a rejection asks for what comes next: %s', (next) => {
    expect(parseDecision({ round: 1, next }, 'reject', 'd', 'signal')).toMatchObject({ verdict: 'reject', next });
  });

  it('a rejection that asks for nothing abandons', () => {
    expect(parseDecision({ round: 1 }, 'reject', 'd', 'signal')).toMatchObject({ next: 'abandon' });
  });

  it.each([null, '', 'Retrain', 'toString', 'publish', 1, ['retrain']])(
    'a rejection with next %o is malformed',
    (next) => {
      const read = parseDecision({ round: 1, next }, 'reject', 'd', 'signal');
      expect(isRefusal(read) && read.message).toContain('regenerate, retrain, abandon');
    },
  );
});
