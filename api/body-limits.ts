// How much of a body is read at all. The limit holds before anything is parsed.

import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { PHOTO_LIMITS } from '../domain/photo-limits.ts';
import type { ApiEnv } from './deps.ts';
import { Problem } from './problem.ts';

const KB = 1024;
const MB = 1024 * KB;
/** Boundaries and part headers of a multipart body. */
const MULTIPART_OVERHEAD = 64 * KB;

export const jsonBody = limitTo(64 * KB);
export const photosBody = limitTo(PHOTO_LIMITS.maxPhotosEver * PHOTO_LIMITS.maxBytes + MULTIPART_OVERHEAD);
/** fal's webhooks carry addresses and timings, no files. */
export const webhookBody = limitTo(MB);

function limitTo(maxSize: number): MiddlewareHandler<ApiEnv> {
  const onError = () => {
    throw new Problem('body_too_large', `The body may have ${maxSize} bytes at most. Send less at a time.`);
  };
  return bodyLimit({ maxSize, onError });
}
