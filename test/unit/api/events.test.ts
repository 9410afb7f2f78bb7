import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failure } from '../../../domain/failure.ts';
import { newWorld, OTHER_TENANT } from './world.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('an event stream says every 15 s that it lives', async () => {
  const stop = new AbortController();
  const { ask, addCharacter, addIdentity } = newWorld({ stopping: stop.signal });
  const stream = await ask('GET', `/v1/identities/${addIdentity(addCharacter()).id}/events`);
  const text = stream.text();
  await vi.advanceTimersByTimeAsync(31_000);
  stop.abort();
  await vi.advanceTimersByTimeAsync(0);
  const blocks = (await text).split('\n\n').map((block) => block.split('\n')[0]);
  expect(blocks.slice(0, 4)).toEqual(['retry: 3000', 'event: state', ':', ':']);
  expect(blocks[4]).toMatch(/^retry: \d{4}$/);
  expect(blocks.slice(5)).toEqual(['']);
});

/** The first lines of what a stream says until it ends; fails when it has not ended by then. */
async function streamOver(ms: number, then: (world: ReturnType<typeof newWorld>, identityId: string) => void) {
  const world = newWorld();
  const { id } = world.addIdentity(world.addCharacter());
  const stream = await world.ask('GET', `/v1/identities/${id}/events`);
  let text: string | undefined;
  void stream.text().then((all) => {
    text = all;
  });
  await vi.advanceTimersByTimeAsync(10);
  then(world, id);
  await vi.advanceTimersByTimeAsync(ms);
  return text?.split('\n\n').map((block) => block.split('\n')[0]);
}

test('an event stream ends at the next heartbeat after its key was revoked', async () => {
  expect(await streamOver(15_000, ({ principals }) => principals.clear())).toEqual(['retry: 3000', 'event: state', '']);
});

test('a state that comes after the key was revoked is not told any more', async () => {
  const blocks = await streamOver(2_000, ({ principals, rows }, id) => {
    principals.clear();
    const state = rows.states.get(id);
    if (state) Object.assign(state, { revision: state.revision + 1 });
  });
  expect(blocks).toEqual(['retry: 3000', 'event: state', '']);
});

test('an event stream ends when its key loses the scope, and when it becomes another tenant’s', async () => {
  for (const change of [{ scopes: ['ledger'] as const }, { tenantId: OTHER_TENANT }]) {
    const blocks = await streamOver(15_000, ({ principals }) => {
      for (const [hash, principal] of principals) principals.set(hash, { ...principal, ...change });
    });
    expect(blocks).toEqual(['retry: 3000', 'event: state', '']);
  }
});

test('an event stream outlives a database that cannot tell whose the key is', async () => {
  const blocks = await streamOver(46_000, ({ broken }) => {
    broken.registry = new Failure('StoreUnavailable', 'away');
  });
  expect(blocks).toBeUndefined();
});
