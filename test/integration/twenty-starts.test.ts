// Twenty equal POSTs at once, over HTTP against a real Temporal server and a real database: one row, one workflow, twenty
// equal answers. And what a crash between the row and the workflow leaves behind, a repeat sets right.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBooks } from '../../adapters/supabase/books.ts';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createApiKey } from '../../adapters/supabase/keys.ts';
import { createTables } from '../../adapters/supabase/tables.ts';
import { createIdentityRuns } from '../../adapters/temporal/identity-runs.ts';
import { RunError } from '../../core/ports/run-error.ts';
import type { IdentityRuns } from '../../core/ports/runs.ts';
import { identityWorkflowId } from '../../domain/keys.ts';
import { newPhoto, newTenant } from '../support/cast.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';
import { startDevServer, type TestServer } from '../support/test-server.ts';
import { newWorld } from '../unit/api/world.ts';

const CAPS = { defaultCapMicros: 1_000_000_000, identityCapMicros: 1_000_000_000 };
const TIMES = 20;
const OPEN_RUNS = 2;
const LISTED = { timeout: 10_000 };

let supabase: TestSupabase;
let database: Supabase;
let temporal: TestServer;
let server: Server;
let url: string;
let key: string;
let tenantId: string;
let runs: IdentityRuns;
/** Whether Temporal is away, for starts alone. */
let away = false;

beforeAll(async () => {
  [supabase, temporal] = await Promise.all([startTestSupabase(), startDevServer()]);
  database = databaseOf(supabase);
  tenantId = await newTenant(database);
  ({ key } = await createApiKey(database, { tenantId, name: 'app', scopes: ['characters', 'identities'] }));
  runs = createIdentityRuns(new Client({ connection: temporal.env.connection }));
  const { app } = newWorld({
    ...createTables(database),
    books: createBooks(database, CAPS),
    limits: { requestsPerMinute: 1000, openRuns: OPEN_RUNS, openBatches: 20 },
    runs: {
      ...runs,
      async start(run) {
        if (away) throw new RunError('unavailable', 'Temporal cannot be reached.');
        await runs.start(run);
      },
    },
  });
  server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  await Promise.all([supabase?.stop(), temporal?.stop()]);
});

async function newCharacter(): Promise<string> {
  const tables = createTables(database);
  const { id } = await tables.characters.create(tenantId, 'Mara');
  for (let n = 0; n < 3; n += 1) await tables.photos.add(newPhoto(tenantId, id));
  return id;
}

async function start(characterId: string, idempotencyKey: string, body: unknown = {}) {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'idempotency-key': idempotencyKey,
  };
  const path = `${url}/v1/characters/${characterId}/identities`;
  const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, location: answer.headers.get('location'), body: await answer.text() };
}

const atOnce = <T>(job: (n: number) => Promise<T>) => Promise.all(Array.from({ length: TIMES }, (_, n) => job(n)));
const identityOf = (answer: { body: string }): string => JSON.parse(answer.body).identityId;
const rowsOf = async (characterId: string) =>
  (await database.from('identities').select().eq('character_id', characterId)).data ?? [];

/** How many workflows the server has of this id, open or closed, as soon as its list knows of them. */
async function executions(identityId: string): Promise<number> {
  const query = `WorkflowId = "${identityWorkflowId(identityId)}"`;
  let count = 0;
  for await (const _ of temporal.env.client.workflow.list({ query })) count += 1;
  return count;
}

async function end(characterId: string): Promise<void> {
  for (const { id } of await rowsOf(characterId)) {
    await temporal.env.client.workflow
      .getHandle(identityWorkflowId(id))
      .terminate()
      .catch(() => undefined);
    await database.from('identities').update({ stage: 'cancelled', closed_at: new Date().toISOString() }).eq('id', id);
  }
}

test('make one row, one workflow and twenty equal answers', async () => {
  const character = await newCharacter();
  const answers = await atOnce(() => start(character, 'once'));
  const [first] = answers;
  if (!first) throw new Error('no answer');
  expect(first.status, first.body).toBe(202);
  for (const answer of answers) expect(answer).toEqual(first);
  expect(first.location).toBe(`/v1/identities/${identityOf(first)}`);
  expect(await rowsOf(character)).toHaveLength(1);
  await expect.poll(() => executions(identityOf(first)), LISTED).toBe(1);
  expect(await start(character, 'once', { trainingSteps: 500 })).toMatchObject({ status: 409, location: null });
  await end(character);
});

test('after a crash between row and workflow start the one that is missing', async () => {
  const character = await newCharacter();
  away = true;
  const lost = await atOnce(() => start(character, 'crashed'));
  away = false;
  expect(new Set(lost.map(({ status }) => status))).toEqual(new Set([503]));
  const [row] = await rowsOf(character);
  const id = row?.id ?? '';
  await expect(temporal.env.client.workflow.getHandle(identityWorkflowId(id)).describe()).rejects.toThrow('not found');

  const answers = await atOnce(() => start(character, 'crashed'));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(identityOf))).toEqual(new Set([id]));
  await expect.poll(() => executions(id), LISTED).toBe(1);
  await end(character);
});

test('with twenty keys at once open as many runs as are allowed, and not one more', async () => {
  const character = await newCharacter();
  const answers = await atOnce((n) => start(character, `key-${n}`));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(OPEN_RUNS);
  const refused = answers.filter(({ status }) => status === 409);
  expect(refused).toHaveLength(TIMES - OPEN_RUNS);
  for (const { body } of refused) expect(JSON.parse(body)).toMatchObject({ code: 'too_many_open_runs' });
  expect(await rowsOf(character)).toHaveLength(OPEN_RUNS);
  await end(character);
});

test('while no worker answers, the state is a problem with the stage that the rows know', async () => {
  const character = await newCharacter();
  const id = identityOf(await start(character, 'no-worker'));
  const answer = await fetch(`${url}/v1/identities/${id}`, { headers: { authorization: `Bearer ${key}` } });
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(await answer.json()).toMatchObject({ code: 'no_worker', stage: 'validating' });
  await end(character);
});
