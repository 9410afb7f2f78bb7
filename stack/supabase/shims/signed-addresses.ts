// Signing objects: storage-js reads `signedURL` (for uploads `url`) and puts "/storage/v1" before it, lite answers
// `signedUrl` with that prefix. Forged or expired tokens are the caller's fault, 400; lite answers 500 and 403.

import { type Context, Hono } from 'hono';
import type { GatewayEnv } from '../gateway-env.ts';

export const signedAddresses = new Hono<GatewayEnv>()
  .post('/sign/:bucket', async (c) => {
    const { paths, expiresIn } = await c.req.json<{ paths: string[]; expiresIn: number }>();
    const signed = [];
    // One by one: lite's own plural form fails whole when a single path is missing.
    for (const path of paths) {
      const answer = await c.var.lite(
        new Request(`${c.req.url}/${path}`, {
          method: 'POST',
          headers: jsonHeaders(c.req.raw.headers),
          body: JSON.stringify({ expiresIn }),
        }),
      );
      signed.push(
        answer.ok
          ? { error: null, path, signedURL: await signedPath(answer) }
          : { error: 'Either the object does not exist or you do not have access to it', path, signedURL: null },
      );
    }
    return c.json(signed);
  })
  .post('/sign/:bucket/:key{.+}', async (c) => {
    const answer = await c.var.lite(c.req.raw);
    return answer.ok ? c.json({ signedURL: await signedPath(answer) }) : answer;
  })
  .post('/upload/sign/:bucket/:key{.+}', async (c) => {
    const answer = await c.var.lite(c.req.raw);
    if (!answer.ok) return answer;
    const { token } = (await answer.clone().json()) as { token: string };
    return c.json({ url: await signedPath(answer), token });
  })
  .use('/sign/*', refuseBadToken)
  .use('/upload/sign/*', refuseBadToken);

async function refuseBadToken(c: Context<GatewayEnv>, next: () => Promise<void>): Promise<void> {
  await next();
  // jose's errors, as lite printed them: ERR_JWT_EXPIRED, ERR_JWS_INVALID, ERR_JWS_SIGNATURE_VERIFICATION_FAILED.
  const badToken = c.var.scope.printed.some(
    (error) => error instanceof Error && 'code' in error && /^ERR_JW[ST]_/.test(String(error.code)),
  );
  if (c.res.status === 500 && badToken) c.res = refusal('InvalidJWT', 'The token is forged or has expired');
  if (c.res.status === 403) c.res = refusal('InvalidSignature', 'The token was made for another object');
}

function refusal(error: string, message: string): Response {
  return Response.json({ statusCode: '400', error, message }, { status: 400 });
}

async function signedPath(answer: Response): Promise<string> {
  const { signedUrl } = (await answer.json()) as { signedUrl: string };
  return signedUrl.replace(/^\/storage\/v1/, '');
}

function jsonHeaders(original: Headers): Headers {
  const headers = new Headers(original);
  headers.delete('content-length');
  headers.set('content-type', 'application/json');
  return headers;
}
