// Access to metrics: with the token; without one in the settings, from this machine only.

import { createHash, timingSafeEqual } from 'node:crypto';

export interface ScrapeRequest {
  header(name: string): string | undefined;
  /** Of the connection; undefined when it is gone. */
  remoteAddress: string | undefined;
}

/** A proxy on this machine connects from it too, for any client. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];
const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/;

export function mayScrape(request: ScrapeRequest, token: string | undefined): boolean {
  if (token !== undefined) return equal(request.header('authorization') ?? '', `Bearer ${token}`);
  return LOOPBACK.test(request.remoteAddress ?? '') && FORWARDED.every((name) => request.header(name) === undefined);
}

/** In constant time, so that the time does not show where they differ. */
function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
