// The back end of a page: it holds the key, and asks Likeness what the page may ask. Check here who your own user is, and
// which characters are theirs, before anything goes on.

import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { type LikenessClient, LikenessError } from '../../../client/index.ts';

const PAGE = new URL('./page.html', import.meta.url);

export function backEnd(likeness: LikenessClient): Hono {
  const app = new Hono();

  app.get('/', async (c) => c.html(await readFile(PAGE, 'utf8')));

  app.post('/prepare', async (c) => {
    const form = await c.req.formData();
    const photos = form.getAll('photos').filter((photo) => photo instanceof File);
    const { id } = await likeness.characters.create({ name: String(form.get('name')) });
    const { set } = await likeness.photos.upload(id, photos);
    if (set.problem) return c.json({ message: set.problem.message }, 422);
    const { identityId } = await likeness.identities.start(id, { idempotencyKey: `first-identity-of-${id}` });
    return c.json({ identityId });
  });

  app.get('/identities/:id/events', (c) =>
    streamSSE(c, async (stream) => {
      const left = new AbortController();
      stream.onAbort(() => left.abort());
      for await (const { stage, round, images, scores } of likeness.identities.watch(c.req.param('id'), left)) {
        await stream.writeSSE({ data: JSON.stringify({ stage, round, images, scores }) });
      }
    }),
  );

  app.get('/images/:id', async (c) => c.body((await likeness.identities.image(c.req.param('id'))).stream()));

  app.post('/identities/:id/approve', async (c) => {
    const { round } = await c.req.json<{ round: number }>();
    const { stage } = await likeness.identities.decide(c.req.param('id'), { round, verdict: 'approve' });
    return c.json({ stage });
  });

  app.onError((error, c) => {
    if (!(error instanceof LikenessError)) throw error;
    return c.json({ message: error.detail }, error.status === 404 ? 404 : 502);
  });

  return app;
}
