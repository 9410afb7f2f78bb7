// The whole house as a user runs it: real processes, a real Temporal server, real HTTP, real photos. One data folder
// goes through all of it, so every test also stands on what the one before left behind.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLikenessClient } from '../../client/index.ts';
import { identityWorkflowId } from '../../domain/keys.ts';
import type { Stage } from '../../domain/stage.ts';
import { isEndStage } from '../../domain/stage.ts';
import { type DemoApi, type DemoIdentity, demoApi } from '../../stack/demo-api.ts';
import { demoPhotos } from '../../stack/demo-photos.ts';
import { demoKey } from '../../stack/first-key.ts';
import { quietPorts } from '../../stack/free-ports.ts';
import { type Ports, STACK_PORTS } from '../../stack/options.ts';
import { type Stack, startStack } from '../../stack/stack.ts';
import { GENERATOR } from '../support/models.ts';
import { photoOfAnotherMan } from '../support/photos.ts';

const MINUTE = 60_000;
/** Three rounds of images take a busy machine two minutes. */
const PATIENCE_MS = 5 * MINUTE;
const root = fileURLToPath(new URL('../../', import.meta.url));
const env: NodeJS.ProcessEnv = { ...process.env, FAL_KEY: '', FAL_API_KEY: '' };

let folder: string;
let ports: Ports;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'likeness-stack-'));
  // Any free ports, and the same ones for every start: webhook addresses and signed ones outlive a restart.
  ports = await quietPorts();
});
afterAll(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
});

function run(
  script: string,
  ...args: string[]
): { child: ChildProcess; output: () => string; end: Promise<number | null> } {
  const portVariables = Object.entries(STACK_PORTS).map(([name, { env: variable }]) => [
    variable,
    String(ports[name as keyof Ports]),
  ]);
  const child = spawn(process.execPath, ['--import', 'tsx', script, '--data', folder, ...args], {
    cwd: root,
    env: { ...env, ...Object.fromEntries(portVariables) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  return { child, output: () => output, end: new Promise((resolve) => child.once('exit', resolve)) };
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(200)) {
    const found = await look().catch(() => undefined); // a process may be on its way back
    if (found !== undefined) return found;
  }
  throw new Error(`waited ${PATIENCE_MS / 1000} s for ${what}`);
}

function reaches(api: DemoApi, identityId: string, stage: Stage): Promise<DemoIdentity> {
  return until(stage, async () => {
    const identity = await api.identity(identityId);
    if (identity.stage === stage) return identity;
    if (isEndStage(identity.stage)) throw new Error(`ended as ${identity.stage}`);
    return undefined;
  });
}

/** What the sandbox says it was asked for and what it charged, told by itself. */
async function books(sandboxUrl: string): Promise<{ endpoint: string; chargedMicros: number; requestId: string }[]> {
  const answer = await fetch(`${sandboxUrl}/admin/books`);
  return ((await answer.json()) as { entries: Awaited<ReturnType<typeof books>> }).entries;
}

const trainings = (entries: Awaited<ReturnType<typeof books>>) =>
  entries.filter(({ endpoint }) => endpoint.endsWith('flux-lora-fast-training'));

async function begin(api: DemoApi, files: readonly string[]): Promise<DemoIdentity> {
  const { id } = await api.createCharacter('Franck');
  await api.upload(id, files);
  return api.prepare(id, `key-${id}`);
}

describe('npm run demo', () => {
  it('goes from photos to a ready identity, and says so in its report', { timeout: 8 * MINUTE }, async () => {
    const file = join(folder, 'report.json');
    const demo = run('stack/demo.ts', '--approve', '--exit', '--report', file);
    expect(await demo.end, demo.output()).toBe(0);
    const report = JSON.parse(readFileSync(file, 'utf8'));
    expect(report).toMatchObject({ stage: 'ready', scores: { scorable: 5 }, cost: { currency: 'USD' } });
    expect(report.scores.mean).toBeGreaterThanOrEqual(85);
    expect(report.scores.perImage.map((image: { state: string }) => image.state)).toEqual(Array(5).fill('scored'));
    expect(report.events).toBeLessThanOrEqual(150);
    expect(readFileSync(fileURLToPath(report.links.contactSheet), 'utf8')).toContain('Test images');
  });
});

describe('the stack', () => {
  let stack: Stack;
  let key: string;
  let api: DemoApi;
  let client: Client;
  beforeAll(async () => {
    stack = await startStack({ dataFolder: folder, ports, env, sandboxTrainingMs: 6000 }, () => {});
    key = await demoKey(stack.database);
    api = demoApi(stack.urls.api, key);
    client = new Client({ connection: await Connection.connect({ address: stack.temporalAddress }) });
  }, 10 * MINUTE);
  afterAll(async () => {
    await client?.connection.close();
    await stack?.stop();
  }, 3 * MINUTE);

  it('still has the identity, the books and the history of the run before it was started', async () => {
    const { identityId } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
    expect((await api.identity(identityId)).stage).toBe('ready');
    expect(trainings(await books(stack.urls.sandbox ?? ''))).toHaveLength(1);
  });

  it('its test images were asked for by trigger word and class noun, and its character tells that phrase', async () => {
    const { identityId } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
    const { characterId, triggerPhrase, testSuite, subject } = await api.identity(identityId);
    expect([triggerPhrase, testSuite, subject]).toEqual([
      expect.stringMatching(/^lk[a-z]{6} person$/),
      'suite-2',
      { kind: 'human', noun: 'person' },
    ]);
    const calls = stack.database.from('provider_calls').select('input').eq('profile', GENERATOR.id);
    const { data } = await calls.eq('subject_id', identityId);
    expect(data?.length).toBeGreaterThanOrEqual(5);
    for (const { input } of data ?? []) expect(JSON.stringify(input)).toContain(triggerPhrase);
    const rows = stack.database.from('versions').select('test_suite').eq('identity_id', identityId);
    expect((await rows).data).toEqual([{ test_suite: 'suite-2' }]);
    const character = await fetch(`${stack.urls.api}/v1/characters/${characterId}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(await character.json()).toMatchObject({ subject, identity: { technologyData: { triggerPhrase } } });
  });

  it('the history holds no picture, no address of one, and no e-mail address', async () => {
    const { identityId } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
    const { events } = await client.workflow.getHandle(identityWorkflowId(identityId)).fetchHistory();
    const text = JSON.stringify(events, (_, value) =>
      value?.type === 'Buffer' || value instanceof Uint8Array
        ? Buffer.from(value.data ?? value).toString('utf8')
        : value,
    );
    expect(text).toContain(identityId);
    expect(text.match(/https?:|token=|data:image|JFIF|[\w.]+@[\w-]+\.[a-z]+/gi) ?? []).toEqual([]);
  });

  it('the sum of the ledger is what the provider charged', async () => {
    const { data, error } = await stack.database.from('provider_calls').select('request_id, charged_micros');
    expect(error).toBeNull();
    const charged = new Map((data ?? []).map((row) => [row.request_id, Number(row.charged_micros)]));
    const entries = await books(stack.urls.sandbox ?? '');
    expect(entries.length).toBeGreaterThan(0);
    expect(new Map(entries.map(({ requestId, chargedMicros }) => [requestId, chargedMicros]))).toEqual(charged);
  });

  it('a photo of another person is named before any money is spent', { timeout: 8 * MINUTE }, async () => {
    const before = await books(stack.urls.sandbox ?? '');
    const stranger = join(folder, 'another-man.jpg');
    writeFileSync(stranger, await photoOfAnotherMan());
    const { id } = await api.createCharacter('Mixed');
    const { photos } = await api.upload(id, [...demoPhotos(undefined).slice(0, 4), stranger]);
    const strangerId = photos.find((photo) => photo.fileName === basename(stranger))?.photoId;
    const { identityId } = await api.prepare(id, `key-${id}`);
    const identity = await reaches(api, identityId, 'needs_photos');
    const named = identity.photos.filter(({ findings }) => findings.some(({ code }) => code === 'wrong_person'));
    expect(named.map(({ photoId }) => photoId)).toEqual([strangerId]);
    expect(identity.photoProblem?.code).toBe('wrong_person');
    expect(await books(stack.urls.sandbox ?? '')).toEqual(before);
  });

  it('a strength that was asked for far too low is rescued, by real scores', { timeout: 8 * MINUTE }, async () => {
    const { id } = await api.createCharacter('Faint');
    await api.upload(id, demoPhotos(undefined));
    const start = await fetch(new URL(`/v1/characters/${id}/identities`, stack.urls.api), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': `key-${id}` },
      body: JSON.stringify({ referenceStrength: 45 }),
    });
    const { identityId } = (await start.json()) as DemoIdentity;
    const { tries, images, scores, referenceStrength, cost } = await reaches(api, identityId, 'awaiting_approval');
    expect(tries.map(({ strength, scores: { passed } }) => [strength, passed])).toEqual([
      [45, false],
      [55, false],
      [65, true],
    ]);
    expect({ scores, referenceStrength }).toMatchObject({ scores: { passed: true }, referenceStrength: 65 });
    expect(cost.charged).toBeCloseTo(2 + 3 * 0.35);
    const pictures = [...images, ...tries.flatMap((one) => one.images)].map(({ links }) => links.content);
    const drawn = await Promise.all(pictures.map(async (path) => (await api.content(path)).toString('base64')));
    expect(new Set(drawn).size).toBe(15);
    await api.approve(identityId, 1);
    await reaches(api, identityId, 'ready');
  });

  it('an identity that is ready is tested again, and keeps what was approved', { timeout: 8 * MINUTE }, async () => {
    const { identityId } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
    const likeness = createLikenessClient({ baseUrl: stack.urls.api, apiKey: key });
    const approved = await likeness.identities.get(identityId);
    const before = (await books(stack.urls.sandbox ?? '')).length;
    const start = { types: ['portrait', 'profile'] as const, idempotencyKey: 'again' };
    const twice = [likeness.identities.test(identityId, { ...start, types: [...start.types] })];
    twice.push(likeness.identities.test(identityId, { ...start, types: [...start.types] }));
    expect(new Set((await Promise.all(twice)).map(({ number }) => number))).toEqual(new Set([1]));
    const test = await until('the test to end', async () => {
      const { items } = await likeness.identities.tests(identityId);
      return items[0]?.state === 'running' ? undefined : items[0];
    });
    expect(test).toMatchObject({ state: 'done', failedImages: [], unclearCalls: [] });
    expect(test.images.map(({ type, score }) => [type, score?.state])).toEqual([
      ['portrait', 'scored'],
      ['profile', 'scored'],
    ]);
    const pictures = await Promise.all(
      [...test.images, ...approved.images].map(async ({ links }) =>
        (await api.content(links.content)).toString('base64'),
      ),
    );
    expect(new Set(pictures).size).toBe(2 + approved.images.length);
    expect(await books(stack.urls.sandbox ?? '')).toHaveLength(before + 2);
    const { cost, ...after } = await likeness.identities.get(identityId);
    expect(after).toEqual({ ...approved, cost: undefined });
    expect(cost.charged).toBeCloseTo(approved.cost.charged + 2 * 0.07);
  });

  it('a kill of worker and API while training loses nothing and pays once', { timeout: 8 * MINUTE }, async () => {
    const before = trainings(await books(stack.urls.sandbox ?? '')).length;
    const { identityId } = await begin(api, demoPhotos(undefined));
    await until('the training to be paid', async () =>
      trainings(await books(stack.urls.sandbox ?? '')).length > before ? true : undefined,
    );
    for (const part of ['worker', 'api'] as const) process.kill(stack.pidOf(part) ?? 0, 'SIGKILL');
    const { round } = await reaches(api, identityId, 'awaiting_approval');
    await api.approve(identityId, round);
    await reaches(api, identityId, 'ready');
    expect(trainings(await books(stack.urls.sandbox ?? ''))).toHaveLength(before + 1);
  });
});

describe('npm start', () => {
  const ready = (output: () => string) =>
    until('the stack', async () => (output().includes('Ctrl-C') ? true : undefined));

  it('after a kill -9 of everything goes on where it was', { timeout: 8 * MINUTE }, async () => {
    const first = run('stack/start.ts');
    await ready(first.output);
    const key = /shown this once: (\S+)/.exec(first.output())?.[1] ?? '';
    const api = demoApi(`http://127.0.0.1:${ports.api}`, key);
    const sandbox = `http://127.0.0.1:${ports.sandbox}`;
    const before = trainings(await books(sandbox)).length;
    const { identityId } = await begin(api, demoPhotos(undefined));
    await until('the training', async () => (trainings(await books(sandbox)).length > before ? true : undefined));
    first.child.kill('SIGKILL');
    await first.end;
    await until('every child to be gone', async () => {
      const alive = await fetch(sandbox).then(
        () => true,
        () => false,
      );
      return alive ? undefined : true;
    });

    const second = run('stack/start.ts');
    await ready(second.output);
    expect(second.output()).not.toContain('shown this once');
    const { round } = await reaches(api, identityId, 'awaiting_approval');
    await api.approve(identityId, round);
    await reaches(api, identityId, 'ready');
    expect(trainings(await books(sandbox))).toHaveLength(before + 1);

    const third = run('stack/start.ts');
    expect(await third.end).toBe(1);
    expect(third.output()).toMatch(/in use by process \d+/);

    second.child.kill('SIGINT');
    expect(await second.end).toBe(0);
    expect(second.output()).not.toContain('did not end by itself');
  });
});
