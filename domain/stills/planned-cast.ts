// What the workflow of a still has to know of its cast.

import { subjectHasFace } from '../subject.ts';
import type { PlannedMember } from './steps.ts';
import type { CastMember } from './still.ts';

export const plannedCast = (cast: readonly Pick<CastMember, 'place' | 'subject'>[]): PlannedMember[] =>
  cast.map(({ place, subject }) => ({ hasFace: subjectHasFace(subject), ...(place && { place }) }));
