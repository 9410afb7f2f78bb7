// Limits on the size of a body, checked before it is parsed. Uploads have their own limits, because they are read as a
// stream (uploads/read-photos.ts).

import { isUtf8 } from 'node:buffer';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ApiEnv } from './deps.ts';
import { Problem } from './problem.ts';

const KB = 1024;
const MB = 1024 * KB;

/** 500 frames with long prompts. */
const STILLS = 4 * MB;

/** fal's webhooks have addresses and timings, no files. */
export const webhookBody = limitTo(MB);

/** A small body in UTF-8, as JSON is (RFC 8259, section 8.1). Decoding in pieces would silently lose broken bytes. */
export const jsonBody = jsonOf(64 * KB);
/** The same for a request with a whole storyboard in it. */
export const stillsBody = jsonOf(STILLS);

function jsonOf(maxSize: number): MiddlewareHandler<ApiEnv> {
  const limit = limitTo(maxSize);
  return function jsonBody(c, next) {
    return limit(c, async () => {
      if (!isUtf8(await c.req.arrayBuffer())) {
        throw new Problem(
          'malformed_request',
          'The body is not valid UTF-8. Encode the JSON as UTF-8 and send it again.',
        );
      }
      await next();
    });
  };
}

function limitTo(maxSize: number): MiddlewareHandler<ApiEnv> {
  const onError = () => {
    throw new Problem(
      'body_too_large',
      `The body may have ${maxSize} bytes at most. Split the request into smaller ones.`,
    );
  };
  return bodyLimit({ maxSize, onError });
}
