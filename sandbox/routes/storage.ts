// rest.fal.ai: uploads in one piece or in parts, and the webhook keys.
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import {
  accountOf,
  type Env,
  lifetimeSeconds,
  ownOrigin,
  requestError,
  type Sandbox,
  unauthorized,
} from '../context.ts';
import { filesNow } from '../settings.ts';

const initiateSchema = z.object({ content_type: z.string().min(1), file_name: z.string().min(1).max(255) });
const completeSchema = z.object({
  parts: z.array(z.object({ partNumber: z.number().int().min(1), etag: z.string() })).min(1),
});

export function storageRoutes(sandbox: Sandbox): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get('/rest/.well-known/jwks.json', (c) => c.json(sandbox.signingKey.jwks()));

  for (const path of ['/rest/storage/upload/initiate', '/rest/storage/upload/initiate-multipart']) {
    routes.post(path, async (c) => {
      if (accountOf(c, sandbox) === undefined) return unauthorized(c);
      const body = initiateSchema.safeParse(await c.req.json().catch(() => undefined));
      if (!body.success) return requestError(c, 400, 'bad_request', 'content_type and file_name are needed');
      // The clients disagree on the header's name, so both are honoured.
      const seconds = lifetimeSeconds(
        c.req.header('x-fal-object-lifecycle-preference') ?? c.req.header('x-fal-object-lifecycle'),
      );
      const file = await sandbox.files.announce({
        name: body.data.file_name.replace(/[^\p{L}\p{N}._-]/gu, '_'),
        contentType: body.data.content_type,
        expiresAt: seconds === undefined ? null : filesNow(sandbox.settings()) + seconds * 1000,
      });
      const origin = ownOrigin(c, sandbox);
      return c.json({
        upload_url: `${origin}/uploads/${file.token}`,
        file_url: `${origin}/files/${file.token}/${encodeURIComponent(file.name)}`,
      });
    });
  }

  // The unguessable token is the permission: fal's clients send no key here.
  routes.put('/uploads/:token', async (c) => {
    const file = sandbox.files.announced(c.req.param('token'));
    if (!file || file.job) return notFound(c);
    if (await sandbox.faults.strikes('upload_put_503')) return unavailable(c);
    await sandbox.files.store(file.token, bodyOf(c));
    return c.json({});
  });

  routes.put('/uploads/:token/:part{[0-9]{1,5}}', async (c) => {
    const file = sandbox.files.announced(c.req.param('token'));
    if (!file || file.job) return notFound(c);
    if (await sandbox.faults.strikes('upload_part_503')) return unavailable(c);
    const partNumber = Number(c.req.param('part'));
    return c.json({ partNumber, etag: await sandbox.files.storePart(file.token, partNumber, bodyOf(c)) });
  });

  routes.post('/uploads/:token/complete', async (c) => {
    const file = sandbox.files.announced(c.req.param('token'));
    if (!file || file.job) return notFound(c);
    const body = completeSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return requestError(c, 400, 'bad_request', 'parts are needed');
    await sandbox.files.joinParts(
      file.token,
      body.data.parts.map((part) => part.partNumber),
    );
    return c.json({});
  });

  return routes;
}

function notFound(c: Context<Env>): Response {
  return c.json({ detail: 'File not found' }, 404);
}

/** As a proxy that lost the storage behind it. */
function unavailable(c: Context<Env>): Response {
  return c.text('Service Unavailable', 503);
}

function bodyOf(c: Context<Env>): Readable {
  return c.req.raw.body ? Readable.fromWeb(c.req.raw.body as ReadableStream<Uint8Array>) : Readable.from([]);
}
