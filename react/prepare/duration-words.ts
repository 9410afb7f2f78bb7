// About how long something takes, as people say it.

import { count } from '../texts/count.ts';

const MINUTE = 60;
/** Seconds from which on it rounds to a whole minute. */
const A_MINUTE_FROM = 45;

/** "less than a minute", "about 6 minutes". */
export function durationWords(seconds: number): string {
  return seconds < A_MINUTE_FROM ? 'less than a minute' : `about ${count(Math.round(seconds / MINUTE), 'minute')}`;
}
