// fal's CDN: public downloads, and the faults by which they fail. Runs of the sandbox itself are spared, so that a
// fault meets whom it is meant for.
import { once } from 'node:events';
import { Readable, Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, Hono } from 'hono';
import type { Env, Sandbox } from '../context.ts';
import { OWN_USER_AGENT } from '../download.ts';
import type { FaultName } from '../fault-registry.ts';
import { filesNow } from '../settings.ts';

/** The speed of `slow_download`. */
const SLOW_BYTES_PER_SECOND = 32 * 1024;
const SLOW_SLICES_PER_SECOND = 4;
/** Time for what was written to leave before its connection is cut. */
const FLUSH_MS = 50;

export function fileRoutes(sandbox: Sandbox): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get('/files/:token/:name', async (c) => {
    const file = sandbox.files.readable(c.req.param('token'), filesNow(sandbox.settings()));
    if (!file) return notFound(c);
    const maker = file.job === undefined ? undefined : sandbox.jobs.find(file.job);
    const spared = c.req.method === 'HEAD' || c.req.header('user-agent') === OWN_USER_AGENT;
    const strikes = async (fault: FaultName) => !spared && sandbox.faults.strikes(fault, maker);

    if (await strikes('file_404')) return notFound(c);
    if (await strikes('file_expired')) {
      await sandbox.files.remove(file.token);
      return notFound(c);
    }
    const half = Math.floor(file.size / 2);
    const truncated = await strikes('file_truncated');
    c.header('content-type', file.contentType);
    c.header('content-length', String(truncated ? half : file.size));
    if (c.req.method === 'HEAD') return c.body(null);
    if (await strikes('file_cut')) return send(c, Readable.from(cutAfter(c, sandbox.files.read(file.token, half))));
    const bytes = sandbox.files.read(file.token, truncated ? half : file.size);
    return send(c, (await strikes('slow_download')) ? bytes.pipe(slowly()) : bytes);
  });

  return routes;
}

function notFound(c: Context<Env>): Response {
  return c.json({ detail: 'File not found' }, 404);
}

function send(c: Context<Env>, bytes: Readable): Response {
  return c.body(Readable.toWeb(bytes) as globalThis.ReadableStream);
}

async function* cutAfter(c: Context<Env>, bytes: Readable): AsyncGenerator<Buffer> {
  yield* bytes;
  await sleep(FLUSH_MS);
  c.env.outgoing.destroy();
}

function slowly(): Transform {
  const slice = SLOW_BYTES_PER_SECOND / SLOW_SLICES_PER_SECOND;
  return new Transform({
    async transform(chunk: Buffer, _encoding, done) {
      for (let at = 0; at < chunk.length; at += slice) {
        await sleep(1000 / SLOW_SLICES_PER_SECOND);
        if (this.destroyed) return done();
        if (!this.push(chunk.subarray(at, at + slice))) await Promise.race([once(this, 'drain'), sleep(1000)]);
      }
      done();
    },
  });
}
