// Each fault once on the wire, as a caller of fal would meet it. The table is typed by the registry, so that a new
// fault without a test does not compile.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { FaultName } from '../../sandbox/fault-registry.ts';
import {
  type Answer,
  type Delivery,
  IMAGE,
  PICTURE,
  PICTURE_MICROS,
  sandboxCaller,
  TRAINING,
} from '../support/sandbox-caller.ts';

const TEN_MINUTES_S = 600;

const {
  world,
  ask,
  post,
  submit,
  request,
  status,
  cancel,
  submitted,
  until,
  entryOf,
  ended,
  allEnded,
  booked,
  result,
  delivered,
} = sandboxCaller();

async function upload(): Promise<{ upload_url: string; file_url: string }> {
  const place = await post('/rest/storage/upload/initiate', { content_type: 'application/zip', file_name: 'p.zip' });
  expect(place.status).toBe(200);
  return place.body as { upload_url: string; file_url: string };
}

async function uploaded(bytes: Uint8Array): Promise<string> {
  const { upload_url, file_url } = await upload();
  await fetch(upload_url, { method: 'PUT', body: Buffer.from(bytes) });
  return file_url;
}

const plain = (background: string) =>
  sharp({ create: { width: 256, height: 256, channels: 3, background } })
    .jpeg()
    .toBuffer();

async function trained(background = '#a05030', word: { trigger_word?: string } = {}): Promise<string> {
  const zip = zipSync({ 'a.jpg': await plain(background) }, { level: 0 });
  const id = await submitted('', { images_data_url: await uploaded(zip), steps: 10, ...word }, TRAINING);
  await ended(id);
  return id;
}

async function trainedLora(background: string, trigger_word: string): Promise<string> {
  const { body } = await request(await trained(background, { trigger_word }));
  return (body.diffusers_lora_file as { url: string }).url;
}

/** Drawn with the fault, the picture is another one, and only its own entry in the books has the fault. */
async function strikesOnce(fault: FaultName, input: Record<string, unknown>, endpoint = IMAGE): Promise<void> {
  const pictures = [];
  for (const expected of [[fault], []]) {
    const id = await submitted('', { seed: 1, image_size: { width: 192, height: 96 }, ...input }, endpoint);
    const { body } = await result(id);
    expect(entryOf(id)).toMatchObject({ outcome: 'succeeded', faults: expected });
    const address = (body.images as { url: string }[])[0]?.url ?? '';
    pictures.push(Buffer.from(await (await fetch(address)).arrayBuffer()));
  }
  expect(pictures[0]?.equals(pictures[1] ?? Buffer.alloc(0))).toBe(false);
}

async function peopleFault(fault: FaultName): Promise<void> {
  const path = await trainedLora('#a05030', 'tok');
  // Only with another LoRA than that of the request somebody can leak into the picture.
  await trainedLora('#30a050', 'other');
  await strikesOnce(fault, { prompt: 'tok man and a man', loras: [{ path }] });
}

async function pictureUrl(): Promise<string> {
  const id = await submitted();
  await ended(id);
  return ((await request(id)).body.images as { url: string }[])[0]?.url ?? '';
}

async function signatureHolds({ headers, raw }: Delivery): Promise<boolean[]> {
  const of = (name: string) => String(headers[`x-fal-webhook-${name}`]);
  const digest = createHash('sha256').update(raw).digest('hex');
  const message = Buffer.from([of('request-id'), of('user-id'), of('timestamp'), digest].join('\n'));
  const { body } = await ask('/rest/.well-known/jwks.json');
  return (body.keys as { x: string }[]).map(({ x }) =>
    verify(
      null,
      message,
      createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
      Buffer.from(of('signature'), 'hex'),
    ),
  );
}
const signedAgo = ({ headers }: Delivery) => Date.now() / 1000 - Number(headers['x-fal-webhook-timestamp']);

async function answersOnce(work: () => Promise<Answer>, bad: number, good: number): Promise<Answer> {
  const first = await work();
  expect([first.status, (await work()).status]).toEqual([bad, good]);
  return first;
}

/** Each runs with one rule that strikes once. */
const FAULT_TESTS: Record<FaultName, () => Promise<void>> = {
  async account_locked() {
    const { body } = await answersOnce(() => submit(), 403, 200);
    expect(body.detail).toContain('User is locked');
    world.sandbox.setFaults([]);
    const id = await submitted();
    world.sandbox.setFaults([{ fault: 'account_locked' }]);
    const place = { content_type: 'text/plain', file_name: 'a' };
    expect((await post('/rest/storage/upload/initiate', place)).status).toBe(403);
    expect((await submit()).status).toBe(403);
    await ended(id);
    expect([(await status(id)).status, (await request(id)).status]).toEqual([200, 200]);
    world.sandbox.setFaults([]);
    expect((await submit()).status).toBe(200);
  },
  async account_admin_locked() {
    const { body } = await answersOnce(() => submit(), 403, 200);
    expect(body.detail).toContain('Admin lock');
  },
  async endpoint_access_denied() {
    const { body } = await answersOnce(() => submit(), 403, 200);
    expect(body.detail).toBe('Access denied');
  },
  async api_key_revoked() {
    await answersOnce(() => submit(), 401, 200);
    world.sandbox.setFaults([{ fault: 'api_key_revoked' }]);
    expect((await status('any')).status).toBe(401);
    expect((await ask('/api/v1/account/billing')).body).toMatchObject({ error: { type: 'authorization_error' } });
    expect((await ask('/rest/.well-known/jwks.json')).status).toBe(200);
  },

  async upload_initiate_403() {
    await answersOnce(
      () => post('/rest/storage/upload/initiate', { content_type: 'text/plain', file_name: 'a' }),
      403,
      200,
    );
  },
  async upload_put_503() {
    const { upload_url, file_url } = await upload();
    const put = () => fetch(upload_url, { method: 'PUT', body: 'bytes' });
    expect([(await put()).status, (await fetch(file_url)).status]).toEqual([503, 404]);
    expect([(await put()).status, (await fetch(file_url)).status]).toEqual([200, 200]);
  },
  async upload_part_503() {
    const place = await post('/rest/storage/upload/initiate-multipart', { content_type: 'a/b', file_name: 'a' });
    const part = () => fetch(`${place.body.upload_url}/1`, { method: 'PUT', body: 'bytes' });
    expect((await part()).status).toBe(503);
    expect(await (await part()).json()).toMatchObject({ partNumber: 1 });
  },

  async lost_submit_response() {
    const entries = await booked(async () => {
      const error = await submit().catch((e: unknown) => e);
      expect((error as { cause?: { code?: string } }).cause?.code).toBe('ECONNRESET');
    });
    expect(entries).toMatchObject([{ chargedMicros: PICTURE_MICROS, faults: ['lost_submit_response'] }]);
  },
  async submit_502_after_acceptance() {
    await htmlAfterAcceptance(502);
  },
  async submit_504_after_acceptance() {
    await htmlAfterAcceptance(504);
  },
  async submit_without_request_id() {
    const entries = await booked(async () => {
      const { status: code, body, headers } = await submit();
      expect([code, body, headers.get('x-fal-request-id')]).toEqual([200, { status: 'IN_QUEUE' }, null]);
    });
    expect(entries).toMatchObject([{ chargedMicros: PICTURE_MICROS }]);
  },
  async submit_503_before_acceptance() {
    expect(
      await booked(async () => {
        const answer = await submit();
        expect([answer.status, answer.text]).toMatchObject([503, expect.stringContaining('<html>')]);
      }),
    ).toEqual([]);
  },
  async submit_429() {
    expect(
      await booked(async () => {
        const { status: code, headers } = await submit();
        expect([code, Number(headers.get('retry-after'))]).toEqual([429, 1]);
      }),
    ).toEqual([]);
  },
  async duplicate_submit() {
    let id = '';
    const entries = await booked(async () => {
      id = await submitted();
    });
    expect(entries).toMatchObject([
      { requestId: id, chargedMicros: PICTURE_MICROS },
      { duplicateOf: id, chargedMicros: PICTURE_MICROS, correlation: entries[0]?.correlation },
    ]);
  },
  async model_deprecated() {
    await answersOnce(() => submit(), 404, 200);
  },

  async stuck_in_queue() {
    const stuck = await submitted();
    const free = await submitted();
    await ended(free);
    expect((await status(stuck)).body.status).toBe('IN_QUEUE');
    world.sandbox.setFaults([]);
    await ended(stuck);
    expect(entryOf(stuck)).toMatchObject({ outcome: 'succeeded', faults: ['stuck_in_queue'] });
  },
  async requeued() {
    world.sandbox.changeSettings({ imageMs: 200 });
    const id = await submitted(world.hook);
    const seen: unknown[] = [];
    await until(async () => {
      const { body } = await status(id);
      if (body.status !== seen.at(-1)) seen.push(body.status);
      return body.status === 'COMPLETED';
    });
    expect(seen.slice(-4)).toEqual(['IN_PROGRESS', 'IN_QUEUE', 'IN_PROGRESS', 'COMPLETED']);
    expect(entryOf(id)).toMatchObject({ outcome: 'succeeded', chargedMicros: PICTURE_MICROS });
    const [webhook] = await delivered(1);
    expect(webhook?.body.request_id).toBe(id);
    expect(webhook?.body.gateway_request_id).not.toBe(id);
  },

  async status_500() {
    const id = await submitted();
    await ended(id);
    await answersOnce(() => status(id), 500, 200);
  },
  async status_429() {
    const id = await submitted();
    await ended(id);
    const { headers } = await answersOnce(() => status(id), 429, 200);
    expect(headers.get('retry-after')).toBe('1');
  },
  async status_404() {
    const id = await submitted();
    await ended(id);
    const { body } = await answersOnce(() => status(id), 404, 200);
    expect(body).toEqual({ status: 'NOT_FOUND' });
  },
  async unknown_status() {
    const id = await submitted();
    expect((await status(id)).body.status).toBe('WARMING_UP');
    expect((await status(id)).body.status).toMatch(/^(IN_QUEUE|IN_PROGRESS|COMPLETED)$/);
  },
  async unknown_fields() {
    const known = (await submit()).body;
    expect(known).toMatchObject({ tier: 'EXPEDITED', status: 'IN_QUEUE', request_id: expect.any(String) });
    const id = String(known.request_id);
    expect((await status(id)).body).not.toHaveProperty('tier');
    world.sandbox.setFaults([{ fault: 'unknown_fields' }]);
    expect((await status(id)).body).toHaveProperty('tier');
    expect((await result(id)).body).toMatchObject({ tier: 'EXPEDITED', images: [{}] });
    await submit(PICTURE, world.hook);
    expect((await delivered(1))[0]?.body).toMatchObject({ tier: 'EXPEDITED', status: 'OK' });
  },
  async status_stream_cut() {
    world.sandbox.changeSettings({ imageMs: 400 });
    const id = await submitted();
    const stream = async () =>
      (
        await fetch(`${world.sandbox.url}/queue/${IMAGE}/requests/${id}/status/stream`, {
          headers: { authorization: 'Key sandbox' },
        })
      ).body?.getReader();
    const reader = await stream();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('IN_');
    await expect(reader?.read()).rejects.toThrow();
    const whole = await stream();
    let text = '';
    for (let part = await whole?.read(); part?.value; part = await whole?.read()) {
      text += new TextDecoder().decode(part.value);
    }
    expect(text).toContain('COMPLETED');
  },
  async listing_500() {
    await answersOnce(() => ask(`/api/v1/models/requests/by-endpoint?endpoint_id=${IMAGE}`), 500, 200);
  },

  async cancel_race() {
    world.sandbox.changeSettings({ queueMs: 200 });
    const id = await submitted();
    expect(await cancel(id)).toMatchObject({ status: 202, body: { status: 'CANCELLATION_REQUESTED' } });
    expect((await result(id)).status).toBe(200);
    expect(entryOf(id)).toMatchObject({ outcome: 'succeeded', chargedMicros: PICTURE_MICROS });
  },

  async training_fails() {
    expect(entryOf(await trained())).toMatchObject({ status: 422, chargedMicros: 0 });
  },
  async image_fails() {
    const { status: code, body } = await result(await submitted());
    expect([code, body.detail]).toMatchObject([500, [{ type: 'downstream_service_error' }]]);
  },
  async result_422() {
    const id = await submitted();
    expect((await result(id)).body).toMatchObject({ detail: [{ type: 'content_policy_violation' }] });
    expect((await status(id)).body).not.toHaveProperty('error');
    expect(entryOf(id)).toMatchObject({ outcome: 'failed', status: 422, units: 0, chargedMicros: 0 });
  },
  async result_422_charged() {
    const id = await submitted();
    const { status: code, headers } = await result(id);
    expect([code, headers.get('x-fal-billable-units')]).toEqual([422, '1']);
    expect((await status(id)).body).not.toHaveProperty('error');
    expect(entryOf(id)).toMatchObject({ outcome: 'failed', units: 1, chargedMicros: PICTURE_MICROS });
  },
  async completed_with_error() {
    const id = await submitted(world.hook);
    expect((await result(id)).status).toBe(500);
    expect((await status(id)).body).toMatchObject({ status: 'COMPLETED', error_type: 'runner_server_error' });
    expect(entryOf(id)).toMatchObject({ outcome: 'failed', chargedMicros: 0 });
    expect((await delivered(1))[0]?.body).toMatchObject({ status: 'ERROR', error: 'Invalid status code: 500' });
  },
  async result_expired() {
    const id = await submitted();
    await ended(id);
    await answersOnce(() => request(id), 404, 200);
  },
  async output_without_lora() {
    const id = await trained();
    const { body } = await ask(`/queue/${TRAINING}/requests/${id}`);
    expect(body).toHaveProperty('config_file');
    expect(body).not.toHaveProperty('diffusers_lora_file');
    expect(entryOf(id)).toMatchObject({ outcome: 'succeeded', chargedMicros: 20_000, correlation: 'p.zip' });
  },
  async output_without_images() {
    const id = await submitted();
    expect((await result(id)).body).toMatchObject({ images: [] });
    expect(entryOf(id)?.chargedMicros).toBe(PICTURE_MICROS);
  },
  async policy_violation() {
    const { status, body } = await result(await submitted());
    expect(status).toBe(422);
    expect(body.detail).toMatchObject([
      { type: 'content_policy_violation', loc: ['body', 'prompt'], categories: ['sexual', 'model_moderated'] },
    ]);
  },
  async output_nsfw() {
    expect((await result(await submitted())).body).toMatchObject({ images: [{}], has_nsfw_concepts: [true] });
    expect((await result(await submitted())).body).toMatchObject({ images: [{}], has_nsfw_concepts: [false] });
  },
  swap: () => peopleFault('swap'),
  blend: () => peopleFault('blend'),
  missing: () => peopleFault('missing'),
  duplicate: () => peopleFault('duplicate'),
  extra_person: () => peopleFault('extra_person'),
  off_screen_leak: () => peopleFault('off_screen_leak'),
  wrong_age: () => peopleFault('wrong_age'),
  async repair_misses() {
    const path = await trainedLora('#a05030', 'tok');
    const [image_url, mask_url] = [await uploaded(await plain('#707070')), await uploaded(await plain('#ffffff'))];
    const input = { prompt: 'tok man', loras: [{ path }], image_url, mask_url };
    await strikesOnce('repair_misses', input, `${IMAGE}/inpainting`);
  },
  async price_change() {
    const id = await submitted();
    expect((await result(id)).headers.get('x-fal-billable-units')).toBe('2');
    expect(entryOf(id)).toMatchObject({ units: 2, chargedMicros: 2 * PICTURE_MICROS });
  },

  async webhook_never() {
    const silent = await submitted(world.hook);
    await ended(silent);
    const loud = await submitted(world.hook);
    expect((await delivered(1))[0]?.body.request_id).toBe(loud);
    await sleep(100);
    expect(world.deliveries).toHaveLength(1);
  },
  async webhook_duplicated() {
    const id = await submitted(world.hook);
    await delivered(3);
    await sleep(100);
    expect(world.deliveries.map(({ body }) => body.request_id)).toEqual([id, id, id]);
  },
  async webhook_before_response() {
    world.sandbox.changeSettings({ queueMs: 60_000 });
    const id = await submitted(world.hook);
    expect(world.deliveries.map(({ body }) => [body.request_id, body.status])).toEqual([[id, 'OK']]);
    expect(entryOf(id)?.chargedMicros).toBe(PICTURE_MICROS);
  },
  async webhook_out_of_order() {
    const first = await submitted(world.hook);
    await ended(first);
    const second = await submitted(world.hook);
    await delivered(2);
    expect(world.deliveries.map(({ body }) => body.request_id)).toEqual([second, first]);
  },
  async webhook_stale() {
    await submit(PICTURE, world.hook);
    const [late] = await delivered(1);
    if (!late) throw new Error('no delivery');
    expect(await signatureHolds(late)).toEqual(expect.arrayContaining([true]));
    expect(Math.abs(signedAgo(late) - TEN_MINUTES_S)).toBeLessThan(5);
  },
  async webhook_clock_skew() {
    await submit(PICTURE, world.hook);
    const [early] = await delivered(1);
    if (!early) throw new Error('no delivery');
    expect(await signatureHolds(early)).toEqual(expect.arrayContaining([true]));
    expect(Math.abs(signedAgo(early) + TEN_MINUTES_S)).toBeLessThan(5);
  },
  async webhook_bad_signature() {
    world.webhookAnswers = [401];
    await submit(PICTURE, world.hook);
    const [forged, good] = await delivered(2);
    if (!forged || !good) throw new Error('no delivery');
    expect(await signatureHolds(forged)).not.toContain(true);
    expect(await signatureHolds(good)).toContain(true);
  },
  async webhook_key_rotated() {
    world.sandbox.setFaults([]);
    await submit(PICTURE, world.hook);
    await delivered(1);
    const before = (await ask('/rest/.well-known/jwks.json')).body.keys as { x: string }[];
    world.sandbox.setFaults([{ fault: 'webhook_key_rotated', times: 1 }]);
    await submit(PICTURE, world.hook);
    const [old, rotated] = await delivered(2);
    if (!old || !rotated) throw new Error('no delivery');
    expect(await signatureHolds(old)).toEqual([true, false]);
    expect(await signatureHolds(rotated)).toEqual([false, true]);
    const after = (await ask('/rest/.well-known/jwks.json')).body.keys as { x: string }[];
    expect(before.map(({ x }) => x)).not.toContain(after.at(-1)?.x);
    expect(rotated.headers['x-fal-webhook-user-id']).toBe(old.headers['x-fal-webhook-user-id']);
  },
  async webhook_payload_null() {
    const id = await submitted(world.hook);
    expect((await delivered(1))[0]?.body).toMatchObject({
      status: 'OK',
      payload: null,
      payload_error: expect.any(String),
    });
    expect((await result(id)).body).toMatchObject({ images: [{}] });
  },
  async gateway_id_differs() {
    const id = await submitted(world.hook);
    const [webhook] = await delivered(1);
    expect(webhook?.body.request_id).toBe(id);
    expect(webhook?.body.gateway_request_id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(webhook?.body.gateway_request_id).not.toBe(id);
  },

  async file_404() {
    const url = await pictureUrl();
    expect([(await fetch(url)).status, (await fetch(url)).status]).toEqual([404, 200]);
  },
  async file_expired() {
    const url = await pictureUrl();
    expect([(await fetch(url)).status, (await fetch(url)).status]).toEqual([404, 404]);
  },
  async file_truncated() {
    const url = await pictureUrl();
    const bytes = async () => (await (await fetch(url)).arrayBuffer()).byteLength;
    const half = await bytes();
    expect(half).toBe(Math.floor((await bytes()) / 2));
  },
  async file_cut() {
    const url = await pictureUrl();
    await expect(fetch(url).then((response) => response.arrayBuffer())).rejects.toThrow();
    expect((await (await fetch(url)).arrayBuffer()).byteLength).toBeGreaterThan(100);
  },
  async slow_download() {
    const { upload_url, file_url } = await upload();
    await fetch(upload_url, { method: 'PUT', body: Buffer.alloc(20_000) });
    const started = performance.now();
    expect((await (await fetch(file_url)).arrayBuffer()).byteLength).toBe(20_000);
    expect(performance.now() - started).toBeGreaterThan(400);
  },
};

async function htmlAfterAcceptance(code: number): Promise<void> {
  const entries = await booked(async () => {
    const answer = await submit();
    expect([answer.status, answer.text]).toMatchObject([code, expect.stringContaining('<html>')]);
    expect(answer.headers.get('x-fal-request-id')).toBeNull();
  });
  expect(entries).toMatchObject([{ outcome: 'succeeded', chargedMicros: PICTURE_MICROS }]);
}

describe('a fault, asked for by name', () => {
  it.each(Object.entries(FAULT_TESTS) as [FaultName, () => Promise<void>][])('%s', async (fault, happens) => {
    const before = world.sandbox.faultCounts();
    world.sandbox.setFaults([{ fault, times: 1 }]);
    await happens();
    await allEnded();
    const after = world.sandbox.faultCounts();
    const struck = Object.entries(after).filter(([name, count]) => count > before[name as FaultName]);
    expect(struck.map(([name]) => name)).toEqual([fault]);
  });
});
