import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../api/schemas/examples.ts';
import { createLikenessClient, type Identity, WaitError } from '../../../client/index.ts';

const state = (revision: number, stage: Identity['stage'], more: Partial<Identity> = {}) =>
  ({ ...EXAMPLES.identity, revision, stage, ...more }) as Identity;
const ID = EXAMPLES.identity.identityId;

const event = (identity: Identity) => `id: ${identity.revision}\nevent: state\ndata: ${JSON.stringify(identity)}\n\n`;

/** A stream of these pieces, which then ends; with `open` it goes on in silence until the reader leaves. */
function stream(pieces: readonly string[], { open = false, onLeave = () => {} } = {}) {
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      if (!open) controller.close();
    },
    cancel: onLeave,
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

const notThere = () => Response.json({ code: 'not_found', detail: 'There is no such route.' }, { status: 404 });

/** An API whose event stream and state are scripts; the last state stays. */
function scripted({ streams = [], states = [] }: { streams?: (() => Response)[]; states?: (Identity | Error)[] }) {
  const asked: { path: string; after: string | null }[] = [];
  const likeness = createLikenessClient({
    baseUrl: 'http://api.test',
    apiKey: 'k',
    fetch: async (url, init) => {
      init?.signal?.throwIfAborted();
      const path = new URL(String(url)).pathname.replace(ID, '{id}');
      asked.push({ path, after: new Headers(init?.headers).get('last-event-id') });
      if (path.endsWith('/events')) return streams.shift()?.() ?? notThere();
      const next = states.length > 1 ? states.shift() : states[0];
      if (!next || next instanceof Error) throw next ?? new Error('no state');
      return Response.json(next);
    },
  });
  return { likeness, asked };
}

const failed = (wait: Promise<unknown>) => wait.then(() => undefined).catch((error: unknown) => error);

describe('waitUntil', () => {
  test('follows the event stream, whatever the pieces it comes in, and leaves it when it is done', async () => {
    const text = `: hello\n\nretry: 1000\n\n${event(state(1, 'training'))}${event(state(2, 'ready', { version: 1 }))}`;
    for (const size of [1, 7, text.length]) {
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      let left = false;
      const { likeness, asked } = scripted({
        streams: [() => stream(pieces, { open: true, onLeave: () => (left = true) })],
      });
      const seen: string[] = [];
      const ready = await likeness.identities.waitUntil(ID, 'ready', { onChange: ({ stage }) => seen.push(stage) });
      expect(ready.version).toBe(1);
      expect(seen).toEqual(['training', 'ready']);
      expect(left).toBe(true);
      expect(asked).toHaveLength(1);
    }
  });

  test('goes on after a stream that broke, from where it was', async () => {
    const { likeness, asked } = scripted({
      streams: [() => stream([event(state(4, 'training'))]), () => stream([event(state(9, 'ready'))])],
      states: [state(4, 'training')],
    });
    await likeness.identities.waitUntil(ID, 'ready');
    expect(asked.filter(({ path }) => path.endsWith('/events')).map(({ after }) => after)).toEqual([null, '4']);
  });

  test('asks for the state where there is no stream, and waits while the API is away', async () => {
    const { likeness, asked } = scripted({
      states: [state(1, 'training'), new TypeError('fetch failed'), state(1, 'training'), state(2, 'ready')],
    });
    const seen: number[] = [];
    await likeness.identities.waitUntil(ID, ['rejected', 'ready'], { onChange: ({ revision }) => seen.push(revision) });
    expect(seen).toEqual([1, 2]);
    expect(asked.filter(({ path }) => path.endsWith('/events'))).toHaveLength(1);
  }, 20_000);

  test('says so when the run ends elsewhere, and why', async () => {
    const failure = { code: 'ProviderFailed', message: 'The training failed.' } as const;
    const { likeness } = scripted({ states: [state(3, 'failed', { failure })] });
    const error = await failed(likeness.identities.waitUntil(ID, 'ready'));
    expect(error).toBeInstanceOf(WaitError);
    expect(error).toMatchObject({ reason: 'ended', identity: { stage: 'failed' } });
    expect((error as WaitError).message).toContain('The training failed.');
  });

  test('says so when the run needs an operator or photos, and goes on for whoever takes care of it', async () => {
    const needs = state(3, 'needs_operator', { unclearCalls: ['x/train/1'] });
    const stuck = await failed(scripted({ states: [needs] }).likeness.identities.waitUntil(ID, 'ready'));
    expect(stuck).toMatchObject({ reason: 'needs_person', message: expect.stringContaining('x/train/1') });
    const told: string[] = [];
    const { likeness } = scripted({ states: [needs, state(4, 'ready')] });
    await likeness.identities.waitUntil(ID, 'ready', { onNeedsPerson: ({ stage }) => told.push(stage) });
    expect(told).toEqual(['needs_operator']);
    const named = scripted({ states: [needs] }).likeness.identities.waitUntil(ID, ['ready', 'needs_operator']);
    expect((await named).stage).toBe('needs_operator');
  });

  test('ends when the time is up or the caller says so', async () => {
    const { likeness } = scripted({ states: [state(1, 'training')] });
    expect(await failed(likeness.identities.waitUntil(ID, 'ready', { timeoutMs: 50 }))).toMatchObject({
      reason: 'timeout',
      identity: { stage: 'training' },
    });
    const reason = new Error('never mind');
    const caller = new AbortController();
    setTimeout(() => caller.abort(reason), 50);
    expect(await failed(likeness.identities.waitUntil(ID, 'ready', { signal: caller.signal }))).toBe(reason);
  });

  test('fails at once for an identity that is not there', async () => {
    const likeness = createLikenessClient({ baseUrl: 'http://api.test', apiKey: 'k', fetch: async () => notThere() });
    expect(await failed(likeness.identities.waitUntil(ID, 'ready'))).toMatchObject({ code: 'not_found' });
  });
});
