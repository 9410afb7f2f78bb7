// Our side of fal against a server that speaks as fal does: a whole job, each kind of trouble, and the books at the end.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { falHosts } from '../../adapters/fal/hosts.ts';
import { fluxLora } from '../../adapters/fal/models/flux-lora.ts';
import { fluxLoraFastTraining } from '../../adapters/fal/models/flux-lora-fast-training.ts';
import { createFalProvider } from '../../adapters/fal/provider.ts';
import { createWebhookVerifier } from '../../adapters/fal/webhook.ts';
import { webhookBodySchema } from '../../adapters/fal/webhook-body.ts';
import type { SubmitOutcome } from '../../core/ports/job-queue.ts';
import type { Provider } from '../../core/ports/provider.ts';
import { TEST_IMAGE_SIZE } from '../../domain/test-suite.ts';
import { type RunningSandbox, startSandbox } from '../../sandbox/server.ts';
import { GENERATOR, TRAINER } from '../support/models.ts';

const LORA_MAX_BYTES = 20_000_000;

let sandbox: RunningSandbox;
let provider: Provider;

beforeAll(async () => {
  sandbox = await startSandbox({ settings: { queueMs: 0, trainingMs: 50, imageMs: 50, webhookRetryMs: 50 } });
  provider = createFalProvider({ credentials: sandbox.key, sandboxUrl: sandbox.url });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.setFaults([]);
  sandbox.changeSettings({ queueMs: 0, trainingMs: 50 });
});

async function archive(): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const [index, background] of ['#a05030', '#305080', '#406020', '#806090'].entries()) {
    const picture = sharp({ create: { width: 512, height: 512, channels: 3, background } });
    files[`photo-${index}.jpg`] = await picture.jpeg().toBuffer();
    files[`photo-${index}.txt`] = Buffer.from('TOK person');
  }
  return zipSync(files, { level: 0 });
}

async function uploadArchive(): Promise<string> {
  return provider.upload({ bytes: await archive(), contentType: 'application/zip', fileName: 'photos.zip' }, 3600);
}

function accepted(outcome: SubmitOutcome): string {
  if (outcome.kind !== 'accepted') throw new Error(`not accepted: ${outcome.reason}`);
  return outcome.requestId;
}

async function untilDone(endpoint: string, requestId: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if ((await provider.status(endpoint, requestId)).state === 'done') return;
    await sleep(25);
  }
  throw new Error('the job did not end');
}

const trainingBody = (archive: string, steps: number) =>
  fluxLoraFastTraining.body({ archive, steps, triggerWord: 'TOK' });

const callsTo = (endpoint: string) => sandbox.books().entries.filter((entry) => entry.endpoint === endpoint).length;

const download = async (url: string, maxBytes: number) => buffer(await provider.download(url, maxBytes));

describe('fal behind the Provider port', () => {
  it('trains from an uploaded archive, and draws with the LoRA that it downloads', async () => {
    const url = await uploadArchive();
    const requestId = accepted(await provider.submit(TRAINER.endpoint, trainingBody(url, 500), undefined));
    await untilDone(TRAINER.endpoint, requestId);
    const training = await provider.result(TRAINER.endpoint, requestId);
    expect(training.billableUnits).toBe(500);
    const loraUrl = fluxLoraFastTraining.lora(training.data);
    const lora = await download(loraUrl, LORA_MAX_BYTES);
    const headerLength = Number(lora.readBigUInt64LE(0));
    expect(JSON.parse(lora.subarray(8, 8 + headerLength).toString())).toBeTypeOf('object');
    await expect(download(loraUrl, lora.length - 1)).rejects.toMatchObject({ code: 'ProviderFailed' });

    const input = fluxLora.body({
      prompt: 'TOK person, headshot',
      size: TEST_IMAGE_SIZE,
      seed: 7,
      loras: [{ address: loraUrl, scale: 0.8 }],
      safetyChecker: true,
    });
    const imageId = accepted(await provider.submit(GENERATOR.endpoint, input, undefined));
    await untilDone(GENERATOR.endpoint, imageId);
    const image = await provider.result(GENERATOR.endpoint, imageId);
    const { address, flagged } = fluxLora.picture(image.data);
    expect(flagged).toBe(false);
    const picture = await sharp(await download(address, LORA_MAX_BYTES)).metadata();
    expect(picture).toMatchObject({ format: 'jpeg' });
  });

  it('finds the request of a submit whose answer was lost, which was charged once', async () => {
    const before = callsTo(TRAINER.endpoint);
    const input = trainingBody(await uploadArchive(), 300);
    const since = new Date();
    sandbox.setFaults([{ fault: 'lost_submit_response', times: 1 }]);
    expect(await provider.submit(TRAINER.endpoint, input, undefined)).toMatchObject({ kind: 'unknown' });
    let requestId: string | undefined;
    for (let tries = 0; tries < 100 && requestId === undefined; tries += 1) {
      requestId = await provider.findRequest(TRAINER.endpoint, input, since);
      await sleep(25);
    }
    await untilDone(TRAINER.endpoint, requestId ?? '');
    expect((await provider.result(TRAINER.endpoint, requestId ?? '')).billableUnits).toBe(300);
    expect(callsTo(TRAINER.endpoint)).toBe(before + 1);
    expect(await provider.findRequest(TRAINER.endpoint, { ...input, steps: 301 }, since)).toBeUndefined();
  });

  it('does not post again after a 503, and finds nothing, because nothing was taken', async () => {
    const before = callsTo(TRAINER.endpoint);
    const input = trainingBody(await uploadArchive(), 300);
    sandbox.setFaults([{ fault: 'submit_503_before_acceptance', times: 1 }]);
    expect(await provider.submit(TRAINER.endpoint, input, undefined)).toMatchObject({ kind: 'unknown' });
    expect(await provider.findRequest(TRAINER.endpoint, input, new Date())).toBeUndefined();
    expect(callsTo(TRAINER.endpoint)).toBe(before);
  });

  it('tells a job that failed, with fal’s word for it', async () => {
    const url = `${sandbox.url}/files/nothing/photos.zip`;
    const requestId = accepted(await provider.submit(TRAINER.endpoint, trainingBody(url, 300), undefined));
    await untilDone(TRAINER.endpoint, requestId);
    const failure = await provider.result(TRAINER.endpoint, requestId).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'ProviderFailed', message: expect.stringContaining('file_download_error') });
    expect((failure as Error).message).not.toContain(sandbox.url);
  });

  it('takes a failed generation for the end of the job, and a failed status question for a moment of trouble', async () => {
    sandbox.setFaults([{ fault: 'image_fails', times: 1 }]);
    const input = { prompt: 'a person, headshot', seed: 1, image_size: { width: 512, height: 512 } };
    const requestId = accepted(await provider.submit(GENERATOR.endpoint, input, undefined));
    await untilDone(GENERATOR.endpoint, requestId);
    await expect(provider.result(GENERATOR.endpoint, requestId)).rejects.toMatchObject({ code: 'ProviderFailed' });
    sandbox.setFaults([{ fault: 'status_500', times: 1 }]);
    await expect(provider.status(GENERATOR.endpoint, requestId)).rejects.toMatchObject({
      code: 'ProviderUnavailable',
    });
    expect(await provider.status(GENERATOR.endpoint, requestId)).toEqual({ state: 'done' });
  });

  it('says how a job stands, and stops one that waits; stopping it again is no error', async () => {
    sandbox.changeSettings({ queueMs: 60_000 });
    const input = trainingBody(await uploadArchive(), 300);
    const requestId = accepted(await provider.submit(TRAINER.endpoint, input, undefined));
    expect(await provider.status(TRAINER.endpoint, requestId)).toMatchObject({ state: 'queued' });
    await expect(provider.result(TRAINER.endpoint, requestId)).rejects.toMatchObject({ code: 'NotReadyYet' });
    await provider.cancel(TRAINER.endpoint, requestId);
    await untilDone(TRAINER.endpoint, requestId);
    await expect(provider.result(TRAINER.endpoint, requestId)).rejects.toMatchObject({ code: 'ProviderFailed' });
    await provider.cancel(TRAINER.endpoint, requestId);
    const entry = sandbox.books().entries.find(({ requestId: id }) => id === requestId);
    expect(entry).toMatchObject({ chargedMicros: 0 });
  });

  it('names a wrong key as the account’s trouble, wherever it is shown', async () => {
    const stranger = createFalProvider({ credentials: 'wrong', sandboxUrl: sandbox.url });
    const input = { prompt: 'x' };
    expect(await stranger.submit(GENERATOR.endpoint, input, undefined)).toMatchObject({
      kind: 'refused',
      closes: 'key',
    });
    const account = { code: 'ProviderAccount' };
    await expect(stranger.status(GENERATOR.endpoint, 'some-id')).rejects.toMatchObject(account);
    await expect(stranger.result(GENERATOR.endpoint, 'some-id')).rejects.toMatchObject(account);
    await expect(stranger.cancel(GENERATOR.endpoint, 'some-id')).rejects.toMatchObject(account);
    await expect(stranger.findRequest(GENERATOR.endpoint, input, new Date())).rejects.toMatchObject(account);
    const file = { bytes: Buffer.from('x'), contentType: 'text/plain', fileName: 'x.txt' };
    await expect(stranger.upload(file, 60)).rejects.toMatchObject(account);
  });

  it('delivers a webhook whose signature holds, and names the request', async () => {
    let deliver: (got: { headers: Headers; body: Buffer; path: string | undefined }) => void;
    const delivered = new Promise<Parameters<typeof deliver>[0]>((resolve) => {
      deliver = resolve;
    });
    const receiver = createServer(async (request, response) => {
      const headers = new Headers(
        Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
      );
      deliver({ headers, body: await buffer(request), path: request.url });
      response.end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    try {
      const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/fal/token-1`;
      const input = { prompt: 'a person, headshot', seed: 2, image_size: { width: 512, height: 512 } };
      const requestId = accepted(await provider.submit(GENERATOR.endpoint, input, hook));
      const { headers, body, path } = await delivered;
      expect(path).toBe('/webhooks/fal/token-1');
      const { verify } = createWebhookVerifier({ jwksUrl: falHosts(sandbox.url).jwksUrl });
      expect(await verify(headers, body)).toBe('valid');
      expect(await verify(headers, Buffer.concat([body, Buffer.from(' ')]))).toBe('invalid');
      expect(webhookBodySchema.parse(JSON.parse(body.toString()))).toMatchObject({
        request_id: requestId,
        status: 'OK',
      });
    } finally {
      await new Promise((resolve) => receiver.close(resolve));
    }
  });
});
