import { describe, expect, it } from 'vitest';
import { isRefusal, parseDecision } from '../../../domain/decision.ts';
import {
  cleanId,
  cleanJson,
  cleanText,
  idProblem,
  MAX_ID_BYTES,
  storageProblem,
  textProblem,
  utf8Length,
} from '../../../domain/text.ts';

const ASTRONAUT = '👩‍🚀';
const EMOJI = '😀';

describe('a text that comes in', () => {
  it.each([
    ['NUL', 'a\0b', 'NUL'],
    ['the first half of an emoji', `a${EMOJI[0]}`, 'surrogate'],
    ['the second half', `${EMOJI[1]}b`, 'surrogate'],
    ['halves in the wrong order', `${EMOJI[1]}${EMOJI[0]}`, 'surrogate'],
    ['a bell', 'a\u0007', 'control'],
    ['a C1 control', 'a\u0085', 'control'],
  ])('with %s is refused, in lines and without', (_, text, word) => {
    expect(textProblem(text)).toContain(word);
    expect(textProblem(text, { lines: true })).toContain(word);
  });

  it.each(['', 'Zoë', ASTRONAUT, '私は', '\ufffd', '\u2028', 'a\u00a0b'])('is kept as it is: %j', (text) => {
    expect(textProblem(text)).toBeUndefined();
    expect(cleanText(text)).toBe(text);
  });

  it('may have lines and tabs only where it says so', () => {
    expect(textProblem('a\r\n\tb')).toContain('control');
    expect(textProblem('a\r\n\tb', { lines: true })).toBeUndefined();
  });

  it('is cleaned without a half character left, wherever it is cut', () => {
    const text = `a\0${EMOJI}\ud800${ASTRONAUT}`;
    for (let most = 0; most < 12; most++) {
      const clean = cleanText(text, most);
      expect(textProblem(clean)).toBeUndefined();
      expect([...clean].length).toBeLessThanOrEqual(most);
    }
    expect(cleanText(text)).toBe(`a${EMOJI}\ufffd${ASTRONAUT}`);
    expect(cleanText(EMOJI.repeat(500), 500)).toBe(EMOJI.repeat(500));
  });
});

describe('an id', () => {
  it('has as many bytes as its UTF-8', () => {
    for (const text of ['', 'abc', 'ë', '私', EMOJI, `a\u07ff\u0800\uffff${ASTRONAUT}`]) {
      expect(utf8Length(text)).toBe(Buffer.byteLength(text));
    }
  });

  it('is refused, or cut, by bytes', () => {
    expect(idProblem('x'.repeat(MAX_ID_BYTES))).toBeUndefined();
    expect(idProblem('x'.repeat(MAX_ID_BYTES + 1))).toContain(`${MAX_ID_BYTES + 1} bytes`);
    expect(idProblem('私'.repeat(MAX_ID_BYTES / 3 + 1))).toContain('bytes');
    expect(Buffer.byteLength(cleanId('私'.repeat(500), 500))).toBe(MAX_ID_BYTES);
    expect(cleanId('\0\n', 500)).toBe('');
  });
});

describe('a value of JSON', () => {
  it('is looked at in any depth, names too', () => {
    expect(storageProblem({ a: [{ b: 'x\0' }] })).toMatchObject({ path: 'a.0.b' });
    expect(storageProblem({ a: { 'b\ud800': 1 } })).toMatchObject({ message: expect.stringContaining('as a name') });
    expect(storageProblem({ a: ['b', 1, null, true, { c: 'line\n\u0007' }] })).toBeUndefined();
    let deep: unknown = 'x\0';
    for (let i = 0; i < 30_000; i++) deep = [deep];
    expect(storageProblem(deep)).toBeDefined();
  });

  it('is cleaned in any depth, and left alone when nothing is amiss', () => {
    const fine = { a: ['b', 1, null] };
    expect(cleanJson(fine)).toBe(fine);
    expect(cleanJson({ 'a\0': [{ b: 'x\ud800\0' }, 1] })).toEqual({ a: [{ b: 'x\ufffd' }, 1] });
  });
});

describe('a decision by a signal', () => {
  const parse = (raw: object) => {
    const decision = parseDecision({ round: 1, ...raw }, 'approve', 'signal-1', 'signal');
    if (isRefusal(decision)) throw new Error(decision.message);
    return decision;
  };

  it('counts, with what cannot be stored left out of its texts', () => {
    const decision = parse({ decisionId: 'd\0', by: 'an\0na\ud800', reason: 'looks good\0 \ud83d' });
    expect(decision).toMatchObject({ decisionId: 'd', by: 'anna\ufffd', reason: 'looks good \ufffd' });
    expect(storageProblem(decision)).toBeUndefined();
  });

  it('is cut between characters, not in the middle of one', () => {
    const decision = parse({ decisionId: `x${EMOJI.repeat(500)}`, reason: `x${EMOJI.repeat(500)}` });
    expect(decision.reason).toBe(`x${EMOJI.repeat(499)}`);
    expect(storageProblem(decision)).toBeUndefined();
    expect(utf8Length(decision.decisionId)).toBeLessThanOrEqual(MAX_ID_BYTES);
  });

  it('of NUL alone has no text: the fallback stands for it', () => {
    const decision = parse({ decisionId: '\0', by: '\0', reason: '\0' });
    expect(decision).toMatchObject({ decisionId: 'signal-1', by: 'unnamed' });
    expect(decision).not.toHaveProperty('reason');
  });
});
