// Names of sets, as tests give them.

import type { SetRef } from '../../domain/picture-set.ts';

export const roundSet = (number: number, strength = 80): SetRef => ({ kind: 'round', number, strength });
export const rescueSet = (number: number, strength: number): SetRef => ({ kind: 'rescue', number, strength });
export const retestSet = (number: number, strength = 80): SetRef => ({ kind: 'retest', number, strength });
