// The closed list of failures, which messages from outside are held against.

import { describe, expect, it } from 'vitest';
import { FAILURES, isFailureCode } from '../../../domain/failure.ts';

describe('failures', () => {
  it('every code of the list is known', () => {
    for (const code of Object.keys(FAILURES)) expect(isFailureCode(code)).toBe(true);
  });

  it.each([undefined, null, 1, '', 'internal', 'toString', '__proto__', 'constructor', ['Internal']])(
    '%o is no code',
    (value) => {
      expect(isFailureCode(value)).toBe(false);
    },
  );

  it('only a request whose fate is unclear is reconciled', () => {
    const reconciled = Object.entries(FAILURES).filter(([, failure]) => failure.retry === 'reconcile');
    expect(reconciled.map(([code]) => code)).toEqual(['SubmissionUnknown']);
  });
});
