// The options of `npm run keys -- create`.

import { DEFAULT_KEY_SCOPES, isScope, SCOPES, type Scope } from '../../domain/scopes.ts';

const HOUR_MS = 60 * 60 * 1000;
const UNITS_MS: Record<string, number> = { h: HOUR_MS, d: 24 * HOUR_MS };

/** `a,b`; by default everything but `admin`. Throws an Error that lists the scopes. */
export function readScopes(text: string | undefined): readonly Scope[] {
  if (text === undefined) return DEFAULT_KEY_SCOPES;
  const names = text.split(',').map((name) => name.trim());
  const scopes = names.filter(isScope);
  if (scopes.length < names.length) throw new Error(`--scopes ${text}: use some of ${SCOPES.join(',')}.`);
  return [...new Set(scopes)];
}

/** `12h` or `90d` from now, as an ISO time; undefined when empty: no expiry. Throws an Error for anything else. */
export function readExpiry(text: string | undefined, nowMs: number): string | undefined {
  if (text === undefined) return undefined;
  const [, count, unit = ''] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  if (count === undefined || unitMs === undefined) {
    throw new Error(`--expires ${text}: use a number of hours or days, such as 12h or 90d.`);
  }
  return new Date(nowMs + Number(count) * unitMs).toISOString();
}
