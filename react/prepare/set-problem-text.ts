// Why a set of photos is not enough, in the words of the API; where those speak of its requests, in our own.

import type { PreflightReport } from '../../client/index.ts';
import { texts } from '../texts.ts';

/** Undefined when the set can be used. */
export function setProblemText({ problem, maximum, total }: PreflightReport['set']): string | undefined {
  return problem?.code === 'too_many_photos' ? texts.modal.tooMany(maximum, total) : problem?.message;
}
