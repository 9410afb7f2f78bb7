// The proxy as an app meets it: over HTTP, with fal's own client and with the app's plain POST, a real database behind it
// and the sandbox in place of fal. Whatever an app does here, the ledger and the provider's own books agree to the cent.

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, createFalClient, ValidationError } from '@fal-ai/client';
import { createAdaptorServer } from '@hono/node-server';
import { zipSync } from 'fflate';
import pino from 'pino';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fluxLoraFastTraining } from '../../adapters/fal/models/flux-lora-fast-training.ts';
import { createFalProvider } from '../../adapters/fal/provider.ts';
import { createFalRelay } from '../../adapters/fal/relay.ts';
import { createBooks } from '../../adapters/supabase/books.ts';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createFileStore } from '../../adapters/supabase/file-store.ts';
import { createImageUnits } from '../../adapters/supabase/image-units.ts';
import { createApiKey } from '../../adapters/supabase/keys.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { createProviderAccount } from '../../adapters/supabase/provider-account.ts';
import { createRetests } from '../../adapters/supabase/retests.ts';
import { createTables } from '../../adapters/supabase/tables.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { followCall } from '../../core/payments/follow-call.ts';
import type { PayingWorld } from '../../core/payments/post-once.ts';
import type { SettlingWorld } from '../../core/payments/settle.ts';
import type { FileStore } from '../../core/ports/files.ts';
import { DEFAULT_MEGAPIXEL } from '../../domain/image-units.ts';
import type { Scope } from '../../domain/scopes.ts';
import { type RunningSandbox, startSandbox } from '../../sandbox/server.ts';
import { type Cast, lora, newCast, newIdentity, publication } from '../support/cast.ts';
import { GENERATOR, MODELS, TRAINER } from '../support/models.ts';
import { identityCall } from '../support/new-call.ts';
import { silentNotifier } from '../support/silent-notifier.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';
import { run } from '../unit/activities/run-step.ts';
import { newWorld } from '../unit/api/world.ts';

const CAPS = { defaultCapMicros: 20_000_000, identityCapMicros: 20_000_000 };
const LORA_MAX_BYTES = 20_000_000;
const SMALL = { width: 64, height: 64 };
const SMALL_MICROS = 35_000;
const INPUT = { prompt: 'portrait of TOK', image_size: SMALL };

let supabase: TestSupabase;
let client: Supabase;
let sandbox: RunningSandbox;
let paying: PayingWorld & SettlingWorld;
let files: FileStore;
let server: Server;
let url: string;
/** A tenant with an approved identity, and its key; another tenant's; keys with less. */
let cast: Cast;
let mine: string;
let theirs: string;
let draws: string;
let trains: string;
let loraBytes: Buffer;
/** Calls that the API had followed. */
const followed: string[] = [];

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
  sandbox = await startSandbox({ settings: { queueMs: 0, trainingMs: 50, imageMs: 50 } });
  const fal = { credentials: sandbox.key, sandboxUrl: sandbox.url };
  paying = {
    ledger: createLedger(client, CAPS),
    imageUnits: createImageUnits(client, {
      provider: 'sandbox',
      setting: DEFAULT_MEGAPIXEL,
      learned: () => undefined,
    }),
    models: MODELS,
    provider: createFalProvider(fal),
    account: createProviderAccount(client, 'sandbox'),
    notifier: silentNotifier,
    publicUrl: undefined,
  };
  files = createFileStore(client, { reachableByProvider: true });
  const { app } = newWorld({
    ...createTables(client),
    retests: createRetests(client),
    books: createBooks(client, CAPS),
    files,
    ...paying,
    relay: createFalRelay(fal),
    runs: {
      followProxyCall: async (key: string) => void followed.push(key),
    } as unknown as ApiDeps['runs'],
    log: pino({ level: 'silent' }),
  });
  server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/fal-proxy`;

  loraBytes = await trainedLora();
  cast = await newCast(client);
  await keepLora(cast);
  await createTables(client).identities.publish(publication(cast));
  mine = await key(cast.tenantId, ['stills', 'identities', 'ledger']);
  draws = await key(cast.tenantId, ['stills']);
  trains = await key(cast.tenantId, ['identities']);
  theirs = await key((await newCast(client)).tenantId, ['stills', 'identities']);
}, 480_000);

afterAll(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  await sandbox?.close();
  await supabase?.stop();
});

beforeEach(() => {
  sandbox.setFaults([]);
  sandbox.changeSettings({ queueMs: 0 });
});

async function key(tenantId: string, scopes: Scope[]): Promise<string> {
  return (await createApiKey(client, { tenantId, name: 'app', scopes })).key;
}

async function archiveUrl(): Promise<string> {
  const pictures: Record<string, Uint8Array> = {};
  for (const [index, background] of ['#a05030', '#305080', '#406020', '#806090'].entries()) {
    const picture = sharp({ create: { width: 512, height: 512, channels: 3, background } });
    pictures[`photo-${index}.jpg`] = await picture.jpeg().toBuffer();
    pictures[`photo-${index}.txt`] = Buffer.from('TOK person');
  }
  const zip = { bytes: zipSync(pictures, { level: 0 }), contentType: 'application/zip', fileName: 'photos.zip' };
  return paying.provider.upload(zip, 3600);
}

/** What the sandbox learns of four photos. It is older than the ledger of these tests. */
async function trainedLora(): Promise<Buffer> {
  const { provider } = paying;
  const input = fluxLoraFastTraining.body({ archive: await archiveUrl(), steps: 100, triggerWord: 'TOK' });
  const outcome = await provider.submit(TRAINER.endpoint, input, undefined);
  if (outcome.kind !== 'accepted') throw new Error(outcome.reason);
  while ((await provider.status(TRAINER.endpoint, outcome.requestId)).state !== 'done') await sleep(20);
  const { data } = await provider.result(TRAINER.endpoint, outcome.requestId);
  return buffer(await provider.download(fluxLoraFastTraining.lora(data), LORA_MAX_BYTES));
}

async function keepLora(of: Cast): Promise<void> {
  const stored = lora(of);
  await files.put(stored.object, loraBytes, 'application/octet-stream');
  await createTables(client).identities.saveLora(of.tenantId, of.identityId, stored);
}

/** As GET /v1/characters answers it. */
const addressOf = (of: Cast) => files.signedUrl(lora(of).object, 3600);

const falClient = (credentials: string | undefined = mine) =>
  createFalClient({ credentials: credentials ?? '', proxyUrl: { url, when: 'always' } });

function plain(body: unknown, credentials = mine, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${credentials}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const draw = (body: unknown) => ({ endpoint: '/fal-ai/flux-lora', method: 'POST', body });

/** What the provider was asked by the app: the training of the set-up came before. */
const jobs = () => sandbox.books().entries.slice(1);

async function ledgerRows() {
  const { data, error } = await client.from('provider_calls').select().order('created_at');
  if (error) throw new Error(error.message);
  return data;
}

/** Looks at every call that the API had followed, as its workflow does, until all are settled. */
async function followAll(): Promise<void> {
  const step = followCall(paying);
  for (const callKey of followed.splice(0)) {
    for (let look = 1; look < 200; look++) {
      const ended = await run(step, { callKey }).then(
        () => true,
        () => false,
      );
      if (ended) break;
      await sleep(25);
    }
  }
}

/** The ledger has what the books have, request by request, and nothing is reserved any more. */
async function expectEqualBooks(): Promise<void> {
  await followAll();
  const charged = (await ledgerRows()).flatMap((row) => (row.request_id ? [[row.request_id, row.charged_micros]] : []));
  const billed = jobs().map((job) => [job.requestId, job.chargedMicros]);
  expect(charged.sort()).toEqual(billed.sort());
  const { data } = await client.from('budgets').select();
  expect(data?.reduce((sum, month) => sum + month.reserved_micros, 0)).toBe(0);
  expect(data?.reduce((sum, month) => sum + month.charged_micros, 0)).toBe(
    jobs().reduce((sum, job) => sum + job.chargedMicros, 0),
  );
}

/** What fal's client throws. */
async function refusal(request: Promise<unknown>): Promise<ApiError<{ code: string; detail: string }>> {
  const error: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

describe('fal’s client, with the proxy as its proxyUrl', () => {
  test('draws with an approved identity, and pays from the ledger', async () => {
    const input = { ...INPUT, loras: [{ path: await addressOf(cast), scale: 0.8 }] };
    const seen: string[] = [];
    const { data, requestId } = await falClient().subscribe('fal-ai/flux-lora', {
      input,
      pollInterval: 20,
      onQueueUpdate: ({ status }) => void seen.push(status),
    });
    expect(data.images).toHaveLength(1);
    expect(requestId).toBe(jobs().at(-1)?.requestId);
    expect(seen.at(-1)).toBe('COMPLETED');
    const row = (await ledgerRows()).at(-1);
    expect(row).toMatchObject({
      state: 'settled',
      profile: GENERATOR.id,
      subject_kind: 'app',
      subject_id: cast.tenantId,
      charged_micros: SMALL_MICROS,
    });
    await expectEqualBooks();
  });

  test('follows a streamed status to the picture, also when the stream breaks on its way', async () => {
    for (const faults of [[], [{ fault: 'status_stream_cut', times: 1 } as const]]) {
      sandbox.setFaults(faults);
      const before = jobs().length;
      const seen: string[] = [];
      const { data, requestId } = await falClient().subscribe(GENERATOR.endpoint, {
        input: INPUT,
        mode: 'streaming',
        logs: true,
        onQueueUpdate: ({ status }) => void seen.push(status),
      });
      expect(data.images).toHaveLength(1);
      expect(requestId).toBe(jobs().at(-1)?.requestId);
      expect(seen.at(-1)).toBe('COMPLETED');
      expect(jobs()).toHaveLength(before + 1);
    }
    expect(sandbox.faultCounts().status_stream_cut).toBe(1);
    await expectEqualBooks();
  });

  test('trains from one archive, which is settled although nobody asks for it', async () => {
    const input = { images_data_url: await archiveUrl(), steps: 500 };
    const { request_id } = await falClient(trains).queue.submit(TRAINER.endpoint, { input });
    await followAll();
    const row = (await ledgerRows()).at(-1);
    expect(row).toMatchObject({
      request_id,
      state: 'settled',
      profile: TRAINER.id,
      subject_kind: 'app',
      charged_micros: 1_000_000,
    });
    await expectEqualBooks();
  });

  test('reads the status as fal tells it, and can cancel', async () => {
    sandbox.changeSettings({ queueMs: 60_000 });
    const fal = falClient();
    const { request_id: requestId } = await fal.queue.submit(GENERATOR.endpoint, { input: INPUT });
    expect(await fal.queue.status(GENERATOR.endpoint, { requestId, logs: true })).toMatchObject({
      status: expect.stringMatching(/^IN_/),
      request_id: requestId,
    });
    const pending = await refusal(fal.queue.result(GENERATOR.endpoint, { requestId }));
    expect([pending.status, pending.body.detail]).toEqual([400, 'Request is still in progress']);
    await fal.queue.cancel(GENERATOR.endpoint, { requestId });
    await expectEqualBooks();
  });

  test('is told of a failed job by the provider’s own answer', async () => {
    const input = { images_data_url: 'http://127.0.0.1:9/nothing.zip' };
    const fal = falClient();
    const failed = await refusal(fal.subscribe(TRAINER.endpoint, { input, pollInterval: 20 }));
    expect(failed).toBeInstanceOf(ValidationError);
    expect(failed.body.detail).toEqual([expect.objectContaining({ type: 'file_download_error' })]);
    expect((await ledgerRows()).at(-1)).toMatchObject({ state: 'failed', charged_micros: 0 });
    await expectEqualBooks();
  });

  test('does not post again what may have been taken: a lost answer is found and settled', async () => {
    for (const fault of ['lost_submit_response', 'submit_502_after_acceptance', 'submit_without_request_id'] as const) {
      const before = jobs().length;
      sandbox.setFaults([{ fault }]);
      const lost = await refusal(falClient().subscribe(GENERATOR.endpoint, { input: INPUT }));
      expect([lost.status, lost.body.code, lost.message]).toEqual([409, 'submission_unknown', lost.body.detail]);
      expect(jobs()).toHaveLength(before + 1);
      sandbox.setFaults([]);
      expect((await ledgerRows()).at(-1)).toMatchObject({ state: 'unknown' });
      await sleep(100);
      await expectEqualBooks();
      expect((await ledgerRows()).at(-1)).toMatchObject({ state: 'settled', charged_micros: SMALL_MICROS });
    }
  });
});

describe('the app’s plain POST', () => {
  test('is answered with the picture, as the storyboard app sends it', async () => {
    const answer = await plain(
      draw({
        prompt: 'professional headshot, neutral expression, TOK',
        image_size: 'square',
        num_inference_steps: 28,
        guidance_scale: 3.5,
        num_images: 1,
        enable_safety_checker: true,
        output_format: 'jpeg',
        raw: false,
        loras: [{ path: await addressOf(cast), scale: 0.8 }],
      }),
      draws,
      { cookie: 'session=mine' },
    );
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ images: [{ width: 512, height: 512 }] });
    await expectEqualBooks();
  });

  test('with a list of photos is told how to train', async () => {
    const body = { images_data_url: ['https://a.test/1.jpg', 'https://a.test/2.jpg'], steps: 1000 };
    const answer = await plain({ endpoint: '/fal-ai/flux-lora-fast-training', method: 'POST', body });
    expect(answer.status).toBe(422);
    const { code, detail } = (await answer.json()) as { code: string; detail: string };
    expect(code).toBe('archive_required');
    expect(detail).toContain('POST /v1/characters/{id}/identities');
  });

  test('can look at a request as well', async () => {
    const { request_id } = await falClient().queue.submit(GENERATOR.endpoint, { input: INPUT });
    const endpoint = `/fal-ai/flux-lora/requests/${request_id}`;
    await followAll();
    const status = await plain({ endpoint: `${endpoint}/status`, method: 'GET' });
    expect([status.status, await status.json()]).toEqual([200, expect.objectContaining({ status: 'COMPLETED' })]);
    const result = await plain({ endpoint, method: 'GET' });
    expect(await result.json()).toMatchObject({ images: [{ width: 64 }] });
  });

  test('is posted once for an idempotency key, however many come at once', async () => {
    const before = jobs().length;
    const again = { 'idempotency-key': 'frame-7' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => plain(draw(INPUT), mine, again)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    // By value: a later answer comes from the ledger, whose JSON has an order of its own.
    const bodies = await Promise.all(answers.map((answer) => answer.json()));
    expect(bodies).toEqual(Array(10).fill(bodies[0]));
    expect(jobs()).toHaveLength(before + 1);
    const other = await plain(draw({ ...INPUT, prompt: 'another' }), mine, again);
    expect([other.status, await other.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'idempotency_conflict' }),
    ]);
    await expectEqualBooks();
  });

  test('of two different bodies with one key at once, one is a conflict and neither gets the other’s picture', async () => {
    const before = jobs().length;
    const key = { 'idempotency-key': 'frame-8' };
    const prompts = ['portrait of TOK', 'TOK on a horse'];
    const answers = await Promise.all(prompts.map((prompt) => plain(draw({ ...INPUT, prompt }), mine, key)));
    const told = await Promise.all(
      answers.map(async (answer, of) => ({ of, status: answer.status, body: await answer.json() })),
    );
    const [drawn, refused] = told.sort((a, b) => a.status - b.status);
    expect([drawn?.status, refused?.status]).toEqual([200, 409]);
    expect(drawn?.body).toMatchObject({ prompt: prompts[drawn?.of ?? -1] });
    expect(refused?.body).toMatchObject({ code: 'idempotency_conflict' });
    expect(jobs()).toHaveLength(before + 1);
    await expectEqualBooks();
  });

  test('is refused when the budget does not allow it, and nothing is sent', async () => {
    const before = jobs().length;
    const books = createBooks(client, CAPS);
    const { charged } = await books.budget(cast.tenantId);
    await books.setMonthlyCap(cast.tenantId, charged + SMALL_MICROS - 1);
    const answer = await plain(draw(INPUT));
    await books.setMonthlyCap(cast.tenantId, null);
    expect([answer.status, await answer.json()]).toEqual([409, expect.objectContaining({ code: 'budget_exceeded' })]);
    expect(jobs()).toHaveLength(before);
    await expectEqualBooks();
  });
});

describe('a LoRA that the provider cannot fetch from our storage', () => {
  /** The API as a process that has just started: it knows nothing of what an earlier one uploaded. */
  function newProcess() {
    const uploads: string[] = [];
    const upload: typeof paying.provider.upload = (file, seconds) => {
      uploads.push(file.fileName);
      return paying.provider.upload(file, seconds);
    };
    const { app } = newWorld({
      ...createTables(client),
      books: createBooks(client, CAPS),
      files: createFileStore(client, { reachableByProvider: false }),
      ...paying,
      provider: { ...paying.provider, upload },
      runs: { followProxyCall: async (key: string) => void followed.push(key) } as unknown as ApiDeps['runs'],
      log: pino({ level: 'silent' }),
    });
    const post = async (key: string, body: object) => {
      const headers = { authorization: `Bearer ${mine}`, 'content-type': 'application/json', 'idempotency-key': key };
      const sent = JSON.stringify(draw({ ...INPUT, ...body }));
      const answer = await app.request('/api/fal-proxy', { method: 'POST', headers, body: sent });
      return [answer.status, (await answer.json()) as { code?: string; images?: { url: string }[] }] as const;
    };
    return { uploads, post };
  }

  test('is delivered when it is needed, once for many, and again when that has ended', async () => {
    const before = jobs().length;
    const name = `${lora(cast).sha256}.safetensors`;
    const loras = [{ path: await addressOf(cast), scale: 0.8 }];
    const first = newProcess();
    const answers = await Promise.all(['a', 'b', 'c'].map((key) => first.post(`near-${key}`, { loras })));
    expect(answers.map(([status]) => status)).toEqual([200, 200, 200]);
    expect(first.uploads).toEqual([name]);

    sandbox.changeSettings({ filesAheadMs: 8 * 86_400_000 });
    const later = newProcess();
    const resigned = [{ path: `${loras[0]?.path.replace(/\?.*/, '')}?token=of-another-day`, scale: 0.8 }];
    expect(await later.post('near-a', { loras: resigned })).toEqual(answers[0]);
    const [status, problem] = await later.post('near-a', { loras: [{ ...resigned[0], scale: 0.7 }] });
    expect([status, problem.code]).toEqual([409, 'idempotency_conflict']);
    expect([later.uploads, jobs().length]).toEqual([[], before + 3]);
    expect((await later.post('week-a', { loras: resigned }))[0]).toBe(200);
    expect(later.uploads).toEqual([name]);
    sandbox.changeSettings({ filesAheadMs: 0 });
    await expectEqualBooks();
  });
});

describe('who may ask for what', () => {
  test.each(['retired', 'revoked'] as const)('a production still refuses a version that is %s', async (state) => {
    const before = jobs().length;
    const { tenantId, characterId } = cast;
    const tables = createTables(client);
    const next = { ...cast, identityId: await newIdentity(client, cast) };
    await keepLora(next);
    const { version } = await tables.identities.publish(publication(next));
    await tables.versions.setState(tenantId, characterId, version, { state, by: 'key:k1', reason: undefined });
    const [good, path] = [await addressOf(cast), await addressOf(next)];
    const answer = await plain(draw({ ...INPUT, loras: [{ path: good }, { path }] }));
    const problem = (await answer.json()) as { code: string; detail: string };
    expect([answer.status, problem.code]).toEqual([409, `version_${state}`]);
    expect(problem.detail).toContain(`version ${version} of a character`);
    expect(jobs()).toHaveLength(before);
    // An older version that is available goes through, as before.
    expect((await plain(draw({ ...INPUT, loras: [{ path: good }] }))).status).toBe(200);
  });

  test('a production still refuses an identity that nobody approved', async () => {
    const before = jobs().length;
    const unapproved = { ...cast, identityId: await newIdentity(client, cast) };
    await keepLora(unapproved);
    const other = await newCast(client);
    await keepLora(other);
    await createTables(client).identities.publish(publication(other));
    const good = await addressOf(cast);
    const paths = [
      await addressOf(unapproved),
      await addressOf(other),
      'https://v3b.fal.media/files/b/stranger/lora.safetensors',
      good.replace('/1.safetensors', '/2.safetensors'),
      good.replace(supabase.url, 'https://evil.example'),
      good.replace('http://', 'http://me@'),
      good.replace('character-loras/', 'character-tests/../character-loras/x/'),
      `${good}#`.replace('/sign/', '/public/'),
      `https://evil.example/?${good}`,
      'not an address',
    ];
    for (const path of paths) {
      const answer = await plain(draw({ ...INPUT, loras: [{ path: good }, { path }] }));
      expect([path, answer.status, await answer.json()]).toEqual([
        path,
        403,
        expect.objectContaining({ code: 'lora_not_approved' }),
      ]);
    }
    expect(jobs()).toHaveLength(before);
  });

  test('another tenant’s request does not exist', async () => {
    const { request_id: requestId } = await falClient().queue.submit(GENERATOR.endpoint, { input: INPUT });
    const stranger = falClient(theirs);
    const asked = (id: string) => [
      stranger.queue.status(GENERATOR.endpoint, { requestId: id }),
      stranger.queue.result(GENERATOR.endpoint, { requestId: id }),
      stranger.queue.cancel(GENERATOR.endpoint, { requestId: id }),
      stranger.queue.streamStatus(GENERATOR.endpoint, { requestId: id }).then((stream) => stream.done()),
    ];
    const seen = (error: ApiError<{ code: string; detail: string }>) => [
      error.status,
      error.body.code,
      error.body.detail,
    ];
    const theirsNot = (await Promise.all(asked(requestId).map(refusal))).map(seen);
    const nobodys = (await Promise.all(asked('never-was').map(refusal))).map(seen);
    expect(theirsNot).toEqual(nobodys);
    expect(theirsNot.map(([status]) => status)).toEqual([404, 404, 404, 404]);
    await expectEqualBooks();
  });

  test('a request of a run is not the proxy’s to show', async () => {
    const newCall = identityCall(cast, { estimate: 0 });
    const { call } = await paying.ledger.open(newCall);
    await paying.ledger.submitted(call, 'of-a-run');
    const hidden = await refusal(falClient().queue.status(TRAINER.endpoint, { requestId: 'of-a-run' }));
    expect(hidden.status).toBe(404);
    await client.from('provider_calls').delete().eq('key', newCall.key);
  });

  test('nobody gets in without a key, or with one for something else', async () => {
    const before = jobs().length;
    const submit = (as: string, endpoint: string) => refusal(falClient(as).queue.submit(endpoint, { input: INPUT }));
    const refusals = [
      await submit('', GENERATOR.endpoint),
      await submit('11111111-1111-4111-8111-111111111111:0123456789abcdef0123456789abcdef', GENERATOR.endpoint),
      await submit(trains, GENERATOR.endpoint),
      await submit(draws, TRAINER.endpoint),
    ];
    expect(refusals.map(({ status, body }) => [status, body.code])).toEqual([
      [401, 'unauthorized'],
      [401, 'unauthorized'],
      [403, 'missing_scope'],
      [403, 'missing_scope'],
    ]);
    expect(jobs()).toHaveLength(before);
  });

  test('an upload through fal’s client is refused, with the way to go', async () => {
    const upload = await refusal(falClient().storage.upload(new Blob(['zip'], { type: 'application/zip' })));
    expect([upload.status, upload.body.code]).toEqual([403, 'target_not_allowed']);
    expect(upload.body.detail).toContain('POST /v1/characters/{id}/photos');
  });
});
