// A picture set: the pictures of one round, rescue or retest, which are made together and scored together.

export const SET_KINDS = ['round', 'rescue', 'retest'] as const;
export type SetKind = (typeof SET_KINDS)[number];

/** Which set of an identity it is. */
export interface SetRef {
  /** A rescue tries the shots of a round with another strength; a retest is a test on request. */
  kind: SetKind;
  /** Of the round, or of the test on request; each counts from 1. */
  number: number;
  /** 0–100. The LoRA scale is this number divided by 100. */
  strength: number;
}

/** The set's name within its identity, as used in keys and ids. */
export const setName = ({ kind, number, strength }: SetRef): string => `${kind}/${number}/${strength}`;
