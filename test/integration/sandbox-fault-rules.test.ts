// Rules over HTTP and over a kill, and what the books tell of faults.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFalClient } from '@fal-ai/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultRuleInput } from '../../sandbox/fault-rule.ts';
import { IMAGE, PICTURE, sandboxCaller, TRAINING } from '../support/sandbox-caller.ts';

const { world, ask, submit, status, cancel, submitted, ended, booked } = sandboxCaller();

describe('rules', () => {
  async function pattern(rules: FaultRuleInput[]): Promise<string> {
    world.sandbox.setFaults(rules);
    const id = await submitted();
    let answers = '';
    for (let i = 0; i < 24; i++) answers += (await status(id)).status === 500 ? 'x' : '.';
    return answers;
  }

  it('with a probability strike at the same places for the same seed, and at others for another', async () => {
    const first = await pattern([{ fault: 'status_500', probability: 0.4, seed: 1 }]);
    expect(first).toMatch(/x/);
    expect(first).toMatch(/\./);
    expect(await pattern([{ fault: 'status_500', probability: 0.4, seed: 1 }])).toBe(first);
    expect(await pattern([{ fault: 'status_500', probability: 0.4, seed: 2 }])).not.toBe(first);
  });

  it('strike only for their endpoint, only so often, and only until their end', async () => {
    const limited = await pattern([{ fault: 'status_500', times: 3, endpoint: IMAGE }]);
    expect(limited).toBe('xxx'.padEnd(24, '.'));
    expect(await pattern([{ fault: 'status_500', endpoint: TRAINING }])).not.toContain('x');
    world.sandbox.setFaults([{ fault: 'stuck_in_queue', until: new Date(Date.now() + 400).toISOString() }]);
    const startedAt = Date.now();
    await ended(await submitted());
    expect(Date.now() - startedAt).toBeGreaterThan(380);
  });

  it('strike only the requests of one piece of work', async () => {
    const [meant] = await booked(() => submit());
    world.sandbox.setFaults([{ fault: 'submit_429', correlation: meant?.correlation }]);
    expect((await submit({ ...PICTURE, seed: 2 })).status).toBe(200);
    expect((await submit()).status).toBe(429);
  });

  it('are told over HTTP with their strikes, and a wrong one is refused by name', async () => {
    const put = (rules: unknown) => ask('/admin/faults', { method: 'PUT', body: JSON.stringify(rules) });
    const before = world.sandbox.faultCounts().submit_429;
    expect((await put([{ fault: 'submit_429', times: 1 }])).status).toBe(200);
    await submit();
    const { body } = await ask('/admin/faults');
    expect(body).toMatchObject({
      rules: [{ fault: 'submit_429', times: 1, struck: 1 }],
      counts: { submit_429: before + 1 },
      known: { submit_429: { at: 'submit', does: expect.any(String) } },
    });
    expect((await put([{ fault: 'no_such' }])).status).toBe(422);
    expect((await ask('/admin/faults')).body.rules).toMatchObject([{ fault: 'submit_429' }]);
  });
});

it('show what the official client does with a lost answer, as the README tells', async () => {
  const fal = createFalClient({
    credentials: world.sandbox.key,
    requestMiddleware: async (call) => ({
      ...call,
      url: call.url.replace('https://queue.fal.run', `${world.sandbox.url}/queue`),
    }),
  });
  world.sandbox.setFaults([{ fault: 'lost_submit_response', times: 1 }]);
  const entries = await booked(() => fal.subscribe(IMAGE, { input: { prompt: 'headshot' } }));
  expect(entries.map((entry) => entry.faults)).toEqual([['lost_submit_response'], []]);
});

describe('the books', () => {
  it('name the work of a request without its address', async () => {
    const lora = (token: string) => ({
      ...PICTURE,
      loras: [{ path: `http://127.0.0.1:9/a.safetensors?token=${token}` }],
    });
    const entries = await booked(async () => {
      for (const input of [lora('one'), lora('two'), { ...lora('one'), seed: 2 }, PICTURE]) await submit(input);
    });
    const [one, two, otherSeed, noLora] = entries.map((entry) => entry.correlation);
    expect(one).toMatch(/^[0-9a-f]{16}$/);
    expect(two).toBe(one);
    expect(new Set([one, otherSeed, noLora]).size).toBe(3);
    expect(JSON.stringify(world.sandbox.books())).not.toMatch(/127\.0\.0\.1|token/);
  });

  it('name the work of a request by the content of a LoRA that is named after it, wherever it was uploaded to', async () => {
    const content = 'a1'.repeat(32);
    const lora = (path: string) => ({ ...PICTURE, loras: [{ path: `http://127.0.0.1:9/files/${path}.safetensors` }] });
    const entries = await booked(async () => {
      for (const path of [`one/${content}`, `two/${content}`, `two/${'b2'.repeat(32)}`]) await submit(lora(path));
    });
    const [one, two, other] = entries.map((entry) => entry.correlation);
    expect(two).toBe(one);
    expect(other).not.toBe(one);
  });

  it('do not show in fal’s listing until a request starts, unless that is set', async () => {
    world.sandbox.changeSettings({ queueMs: 60_000 });
    const id = await submitted();
    const listed = async () =>
      ((await ask(`/api/v1/models/requests/by-endpoint?endpoint_id=${IMAGE}&request_id=${id}`)).body.items as unknown[])
        .length;
    expect(await listed()).toBe(0);
    world.sandbox.changeSettings({ listQueued: true });
    expect(await listed()).toBe(1);
    await cancel(id);
  });
});

describe('a killed sandbox', () => {
  let folder: string;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-faults-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await kill(child);
    await rm(folder, { recursive: true, force: true });
  });

  async function kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async function start(): Promise<{ child: ChildProcess; url: string }> {
    const main = new URL('../../sandbox/main.ts', import.meta.url).pathname;
    const options = ['--port', '0', '--data', folder, '--set', 'queueMs=0', '--fault', 'submit_429,times=3,seed=1'];
    const child = spawn(process.execPath, ['--import', 'tsx', main, ...options], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(child);
    const [ready] = (await once(child, 'message')) as [{ url: string }];
    return { child, url: ready.url };
  }

  it('started again with the same rules goes on with them and with their counts', async () => {
    const submitTo = (url: string) =>
      ask(`/queue/${IMAGE}`, { method: 'POST', body: JSON.stringify(PICTURE) }, url).then((answer) => answer.status);
    const first = await start();
    expect([await submitTo(first.url), await submitTo(first.url)]).toEqual([429, 429]);
    await kill(first.child);

    const second = await start();
    expect([await submitTo(second.url), await submitTo(second.url)]).toEqual([429, 200]);
    expect((await ask('/admin/faults', {}, second.url)).body).toMatchObject({
      rules: [{ fault: 'submit_429', times: 3, seed: '1', struck: 3 }],
      counts: { submit_429: 3 },
    });
  });
});
