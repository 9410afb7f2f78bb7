// Spans of time in words, as people say them.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "40 s", "5 min", "3 h 20 min", "2 d 4 h"; milliseconds, never below zero. */
export function spanWords(milliseconds: number): string {
  const span = Math.max(0, milliseconds);
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
  if (span < DAY) return pair(span, HOUR, 'h', MINUTE, 'min');
  return pair(span, DAY, 'd', HOUR, 'h');
}

function pair(span: number, unit: number, name: string, part: number, partName: string): string {
  const rest = Math.floor((span % unit) / part);
  return `${Math.floor(span / unit)} ${name}${rest > 0 ? ` ${rest} ${partName}` : ''}`;
}

/** How long ago an ISO time was. */
export const sinceWords = (iso: string, now: number): string => spanWords(now - Date.parse(iso));

/** How long until an ISO time. */
export const untilWords = (iso: string, now: number): string => spanWords(Date.parse(iso) - now);
