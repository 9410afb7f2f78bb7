// What went wrong, as a sentence for people: the API's own detail tells the next step.

import { LikenessError } from '../../client/index.ts';
import { texts } from '../texts.ts';

export function errorText(error: unknown): string {
  return error instanceof LikenessError ? error.detail : texts.common.unexpected;
}
