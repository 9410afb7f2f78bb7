import { describe, expect, test } from 'vitest';
import { createLikenessClient, type LikenessError } from '../../../client/index.ts';

type Answer = Response | Error;
const away = (seconds = 0) =>
  Response.json(
    { code: 'no_worker', detail: 'Ask again.', status: 503, title: 't', type: 'u', instance: 'i', requestId: 'r' },
    { status: 503, headers: { 'retry-after': String(seconds) } },
  );
const fine = () => Response.json({ items: [] });

function scripted(...answers: Answer[]) {
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const likeness = createLikenessClient({
    baseUrl: 'https://gateway.test/likeness/',
    apiKey: 'k',
    fetch: async (url, init) => {
      asked.push({ url: String(url), init });
      const answer = answers.shift();
      if (!(answer instanceof Response)) throw answer ?? new Error('asked too often');
      return answer;
    },
  });
  return { likeness, asked };
}

const errorOf = (call: Promise<unknown>) => call.then(() => undefined).catch((error: LikenessError) => error);

describe('a request whose answer does not come', () => {
  test('is sent again when it only reads, after the pause that the API asks for', async () => {
    const { likeness, asked } = scripted(away(1), new TypeError('fetch failed'), fine());
    const began = Date.now();
    expect(await likeness.characters.list({ limit: 3 })).toEqual({ items: [] });
    expect(Date.now() - began).toBeGreaterThan(1000);
    expect(asked.map(({ url }) => url)).toEqual(Array(3).fill('https://gateway.test/likeness/v1/characters?limit=3'));
  });

  test('is sent again when a key or a decision names it, the same to the letter', async () => {
    const { likeness, asked } = scripted(away(), fine(), away(), fine());
    await likeness.identities.start('c');
    await likeness.identities.decide('i', { round: 1, verdict: 'approve' });
    const [first, again, decided, decidedAgain] = asked.map(({ init }) => init);
    expect(again?.headers).toEqual(first?.headers);
    expect(first?.headers).toHaveProperty('idempotency-key');
    expect(decidedAgain?.body).toBe(decided?.body);
    expect(decided?.body).toContain('decisionId');
  });

  test('is not sent again when that could do it twice', async () => {
    for (const call of [
      ({ likeness }: ReturnType<typeof scripted>) => likeness.characters.create({ name: 'n' }),
      ({ likeness }: ReturnType<typeof scripted>) => likeness.photos.upload('c', [new Blob(['x'])]),
    ]) {
      const world = scripted(away());
      expect(await errorOf(call(world))).toMatchObject({ code: 'no_worker', status: 503, retryAfterMs: 0 });
      expect(world.asked).toHaveLength(1);
    }
  });

  test('is given up after four tries, and at once when the API wants to be left alone for long', async () => {
    const tired = scripted(away(), away(), away(), away(), fine());
    expect(await errorOf(tired.likeness.budget.get())).toMatchObject({ code: 'no_worker' });
    expect(tired.asked).toHaveLength(4);
    const patient = scripted(away(3600), fine());
    expect(await errorOf(patient.likeness.budget.get())).toMatchObject({ retryAfterMs: 3_600_000 });
  });

  test('is not sent again when the answer is no', async () => {
    const { likeness, asked } = scripted(new Response('<h1>Bad gateway</h1>', { status: 502 }));
    expect(await errorOf(likeness.budget.get())).toMatchObject({ code: 'unreadable', status: 502 });
    expect(asked).toHaveLength(1);
  });
});
