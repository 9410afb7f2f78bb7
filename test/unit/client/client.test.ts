// The client against the API itself, with the world in memory behind it: what one says, the other understands.

import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createLikenessClient, LikenessError } from '../../../client/index.ts';
import { KEY, newWorld } from '../api/world.ts';

function newClient(world = newWorld()) {
  const asked: { method: string; path: string; headers: Headers }[] = [];
  const likeness = createLikenessClient({
    baseUrl: 'http://api.test/',
    apiKey: KEY,
    fetch: async (url, init) => {
      const request = new Request(url, init);
      asked.push({ method: request.method, path: new URL(request.url).pathname, headers: request.headers });
      return world.app.request(request);
    },
  });
  return { ...world, likeness, asked };
}

const photos = () => ['a', 'b', 'c'].map((text) => new File([text], `${text}.jpg`));
const last = <T>(all: readonly T[]): T | undefined => all.at(-1);

describe('the client', () => {
  test('takes a character from its photos to a decision', async () => {
    const { likeness, told } = newClient();
    const { id } = await likeness.characters.create({ name: 'Mara' });
    expect((await likeness.photos.inspect(photos())).set).toMatchObject({ total: 3 });
    const report = await likeness.photos.upload(id, photos());
    expect(report.photos.map(({ fileName }) => fileName)).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
    const { items } = await likeness.photos.list(id);
    expect(items).toHaveLength(3);
    expect(await (await likeness.photos.content(items[0]?.photoId ?? '')).text()).toBe('encoded anew: a');

    const cost = await likeness.identities.dryRun(id, { trainingSteps: 500 });
    expect(cost).toMatchObject({ training: 1, currency: 'USD' });
    const { identityId } = await likeness.identities.start(id, { idempotencyKey: 'mara-1', trainingSteps: 500 });
    expect(await likeness.identities.start(id, { idempotencyKey: 'mara-1', trainingSteps: 500 })).toMatchObject({
      identityId,
    });
    const waiting = await likeness.identities.waitUntil(identityId, 'awaiting_approval');
    expect(waiting.identityId).toBe(identityId);
    await likeness.identities.decide(identityId, { round: 1, verdict: 'approve' });
    expect(last(told)).toMatchObject(['decide', identityId, { round: 1, decisionId: expect.any(String) }]);
  });

  test('sends photos by the fetch that it was given, also when asked to tell how much has gone out', async () => {
    const { likeness, asked } = newClient();
    vi.stubGlobal(
      'XMLHttpRequest',
      class {
        constructor() {
          throw new Error('went past the given fetch');
        }
      },
    );
    onTestFinished(() => void vi.unstubAllGlobals());
    expect((await likeness.photos.inspect(photos(), () => {})).set).toMatchObject({ total: 3 });
    expect(asked).toMatchObject([{ method: 'POST', path: '/v1/photos/inspect' }]);
  });

  test('lists a page at a time, and filters', async () => {
    const { likeness, addCharacter, addIdentity, addEntry } = newClient();
    const [first, second] = [addCharacter(), addCharacter()];
    const page = await likeness.characters.list({ limit: 1 });
    expect(page.items.map(({ id }) => id)).toEqual([first.id]);
    const next = await likeness.characters.list({ limit: 1, cursor: page.nextCursor ?? '' });
    expect(next.items.map(({ id }) => id)).toEqual([second.id]);
    const identity = addIdentity(second, { stage: 'training' });
    addIdentity(first);
    expect((await likeness.identities.list({ stage: 'training' })).items).toMatchObject([{ identityId: identity.id }]);
    addEntry(identity);
    expect((await likeness.ledger.list({ identityId: identity.id })).items).toHaveLength(1);
    expect((await likeness.budget.set(42)).cap).toBe(42);
    expect((await likeness.budget.get()).ownCap).toBe(true);
  });

  test('makes a new key for every start that is given none', async () => {
    const { likeness, asked, addCharacter, addPhotos } = newClient();
    const character = addCharacter();
    addPhotos(character, 3);
    await likeness.identities.start(character.id);
    await likeness.identities.start(character.id);
    const keys = asked.map(({ headers }) => headers.get('idempotency-key'));
    expect(new Set(keys).size).toBe(2);
    expect(keys).not.toContain(null);
  });

  test('tells what the API refuses by its code, its status and the next step', async () => {
    const { likeness } = newClient();
    const refused = await likeness.identities.get(randomUUID()).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LikenessError);
    expect(refused).toMatchObject({ code: 'not_found', status: 404, detail: expect.stringContaining('Check the id') });
    expect((refused as LikenessError).requestId).toBeTruthy();
    const wrong = await likeness.characters.create({ name: '' }).catch((error: LikenessError) => error.problem?.errors);
    expect(wrong).toMatchObject([{ path: 'name' }]);
  });

  test('has a call for every operation', async () => {
    const { likeness, asked, app } = newClient();
    const [id, photoId, batchId, stillId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const { characters, photos: pictures, identities, tests, stills, ledger, budget, settings, webhooks } = likeness;
    const calls: (() => Promise<unknown>)[] = [
      () => characters.create({ name: 'n' }),
      () => characters.list(),
      () => characters.get(id),
      () => characters.setSubject(id, { kind: 'human', noun: 'woman' }),
      () => characters.versions(id),
      () => characters.setVersion(id, 1),
      () => characters.retireVersion(id, 1, 'why'),
      () => characters.revokeVersion(id, 1),
      () => characters.pictures(id),
      () => pictures.upload(id, photos()),
      () => pictures.fromPictures(id, [id]),
      () => pictures.inspect(photos()),
      () => pictures.list(id),
      () => pictures.delete(id),
      () => pictures.content(id),
      () => identities.estimate(),
      () => identities.start(id),
      () => identities.get(id),
      () => identities.list(),
      () => identities.image(id),
      () => identities.reference(id, photoId),
      () => identities.approve(id, { round: 1 }),
      () => identities.reject(id, { round: 1, next: 'regenerate' }),
      () => identities.decide(id, { round: 1, verdict: 'reject' }),
      () => identities.replacePhotos(id, [id]),
      () => identities.cancel(id),
      () => identities.waitUntil(id, 'ready'),
      () => identities.settle(id, { callKey: 'k', outcome: 'not_charged' }),
      () => identities.test(id),
      () => identities.tests(id),
      () => identities.cancelTest(id, 1),
      () => identities.rescore(id),
      () => identities.rescored(id),
      () => tests.list(),
      () => stills.create({ frames: [{ prompt: 'A quay' }] }),
      () => stills.dryRun({ frames: [{ prompt: 'A quay' }] }),
      () => stills.list(),
      () => stills.get(batchId),
      () => stills.still(batchId, stillId),
      () => stills.waitUntil(batchId),
      () => stills.report(batchId),
      () => stills.cancel(batchId),
      () => stills.setBudget(batchId, 5),
      () => stills.repair(batchId, stillId),
      () => stills.redraw(batchId, stillId),
      () => stills.againPrice(batchId, stillId, 'redraw'),
      () => stills.accept(batchId, stillId, 'seen from behind'),
      () => stills.picture(id),
      () => webhooks.create({ url: 'https://example.org/hook', events: ['identity.ready'] }),
      () => webhooks.list(),
      () => webhooks.get(id),
      () => webhooks.delete(id),
      () => webhooks.deliveries(id),
      () => webhooks.redeliver(id),
      () => ledger.list(),
      () => budget.get(),
      () => budget.set(null),
      () => settings.get(),
      () => settings.setSafetyChecker(true, 'reviewed'),
    ];
    for (const call of calls) {
      const refused = await call().catch((error: unknown) => error);
      if (refused instanceof LikenessError) expect(refused.code).toBe('not_found');
    }
    const called = new Set(
      asked.map(
        ({ method, path }) =>
          `${method} ${path
            .replace(id, '{id}')
            .replace(photoId, '{photoId}')
            .replace(batchId, '{batchId}')
            .replace(stillId, '{stillId}')
            .replace('/tests/1/', '/tests/{number}/')
            .replace('/versions/1/', '/versions/{version}/')}`,
      ),
    );
    const { paths } = (await (await app.request('/openapi.json')).json()) as {
      paths: Record<string, Record<string, object>>;
    };
    const missing = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => !called.has(`${method.toUpperCase()} ${path}`))
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    expect(missing).toEqual([]);
  });
});
