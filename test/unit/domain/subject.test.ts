// What a character is, and how captions and prompts name it.

import { describe, expect, it } from 'vitest';
import { captionOf, DEFAULT_SUBJECT, HUMAN_NOUNS, triggerPhrase } from '../../../domain/subject.ts';
import { testSuiteOf } from '../../../domain/test-suite.ts';

describe('the class noun', () => {
  it.each(HUMAN_NOUNS)('%s stands beside the trigger word, in captions as in prompts', (noun) => {
    const subject = { kind: 'human', noun } as const;
    expect(triggerPhrase('lkbdf', subject)).toBe(`lkbdf ${noun}`);
    expect(captionOf('lkbdf', subject)).toBe(triggerPhrase('lkbdf', subject));
    expect(testSuiteOf(subject)).toBe('suite-2');
  });

  it('is one plain word of a prompt, and no part of its grammar', () => {
    expect(HUMAN_NOUNS).toContain(DEFAULT_SUBJECT.noun);
    for (const noun of HUMAN_NOUNS) expect(noun).toMatch(/^[a-z]+$/);
  });

  it('an identity that was begun without one keeps its captions, its name and its suite', () => {
    expect(triggerPhrase('lkbdf', undefined)).toBe('lkbdf');
    expect(captionOf('lkbdf', undefined)).toBe('a photo of lkbdf, a person');
    expect(testSuiteOf(undefined)).toBe('suite-1');
  });
});
