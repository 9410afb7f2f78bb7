// The example of docs/examples/node.ts as a person runs it, against a whole stack with the sandbox.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLikenessClient } from '../../client/index.ts';
import { demoPhotos } from '../../stack/demo-photos.ts';
import { demoKey } from '../../stack/first-key.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

const MINUTE = 60_000;

let world: TestStack;
let key: string;

beforeAll(async () => {
  world = await startTestStack({ trainingMs: 500 });
  key = await demoKey(world.stack.database);
}, 10 * MINUTE);

afterAll(() => world?.stop(), 3 * MINUTE);

test(
  'the Node example takes photos to an approved identity',
  async () => {
    const example = spawn(
      process.execPath,
      ['--import', 'tsx', 'docs/examples/node.ts', 'Franck', ...demoPhotos(undefined)],
      {
        env: { ...process.env, LIKENESS_URL: world.stack.urls.api, LIKENESS_KEY: key },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    let said = '';
    example.stdout.on('data', (chunk: Buffer) => {
      said += chunk;
      if (said.endsWith('Approve? [y/N] ')) example.stdin.end('y\n');
    });
    const [status] = await once(example, 'exit');
    expect(said).toContain('It will cost about $2.35.');
    expect(said).toMatch(/portrait: \d/);
    expect(said).toMatch(/version 1 is ready, LoRA at http/);
    expect(status).toBe(0);
  },
  3 * MINUTE,
);

test('a wait sees a run from beside as it goes, and hears that it was stopped', async () => {
  const likeness = createLikenessClient({ baseUrl: world.stack.urls.api, apiKey: key });
  const { items } = await likeness.characters.list();
  const { identityId } = await likeness.identities.start(items[0]?.id ?? '');
  const stages: string[] = [];
  const waiting = likeness.identities.waitUntil(identityId, 'ready', { onChange: ({ stage }) => stages.push(stage) });
  const outcome = waiting.catch((error: unknown) => error);
  await likeness.identities.waitUntil(identityId, 'awaiting_approval', { timeoutMs: 3 * MINUTE });
  await likeness.identities.cancel(identityId);
  expect(await outcome).toMatchObject({ name: 'WaitError', reason: 'ended', identity: { stage: 'cancelled' } });
  expect(stages).toContain('awaiting_approval');
  expect(stages.at(-1)).toBe('cancelled');
});
