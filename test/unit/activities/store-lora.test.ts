// Our own copy of the LoRA: whole, checked and pinned, or not kept at all.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { storeLora } from '../../../core/identities/store-lora.ts';
import type { Provider } from '../../../core/ports/provider.ts';
import { Failure } from '../../../domain/failure.ts';
import { loraObject } from '../../../domain/keys.ts';
import { createFakePorts, type FakePorts, IDENTITY, pathOf, TENANT } from '../../support/fake-ports.ts';
import { identityCall } from '../../support/new-call.ts';
import { shortPauses } from '../../support/short-pauses.ts';
import { loraFile, TENSORS } from './lora-file.ts';
import { activityEnvironment, failureOf, run, runIn } from './run-step.ts';

/** The pauses between two looks, a thousandth as long. */
const waits = shortPauses(1000);

const CALL = identityCall({ tenantId: TENANT, identityId: IDENTITY });
const INPUT = { tenantId: TENANT, identityId: IDENTITY, training: 1 };
const URL = 'https://provider.test/lora.safetensors';
const PATH = pathOf(loraObject(TENANT, IDENTITY, 1));

function worldWithLora(
  bytes: Buffer,
  result: Record<string, unknown> = { diffusers_lora_file: { url: URL } },
): FakePorts {
  const world = createFakePorts();
  world.ledger.seed(CALL, 'settled', { requestId: 'request-1', charged: 2_000_000, result });
  world.provider.files.set(URL, bytes);
  return world;
}

describe('a LoRA', () => {
  it('is copied as it is, and pinned by its SHA-256', async () => {
    const bytes = loraFile();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const world = worldWithLora(bytes);
    expect(await run(storeLora(world), INPUT)).toEqual({ training: 1, sha256, bytes: bytes.length });
    expect(world.files.objects.get(PATH)).toEqual(bytes);
    expect(world.store.loras.get(IDENTITY)).toEqual({
      training: 1,
      object: loraObject(TENANT, IDENTITY, 1),
      sha256,
      bytes: bytes.length,
    });
    expect(world.store.writes).toEqual([['saveStage', TENANT, IDENTITY, 'testing']]);
  });

  it('the provider’s address stays with us: the history gets a hash and a size', async () => {
    const answer = await run(storeLora(worldWithLora(loraFile())), INPUT);
    expect(JSON.stringify(answer)).not.toContain('provider.test');
  });

  it('stored twice is one file and one pin', async () => {
    const world = worldWithLora(loraFile());
    const first = await run(storeLora(world), INPUT);
    expect(await run(storeLora(world), INPUT, 2)).toEqual(first);
    expect(world.files.paths()).toEqual([PATH]);
  });

  it('with very many tensors is read as any other', async () => {
    const many = Array.from({ length: 130_000 }, (_, i) => [`t${i}`, { data_offsets: [0, 32] }]);
    await run(storeLora(worldWithLora(loraFile({ header: Object.fromEntries(many) }))), INPUT);
  });

  it('with space after its header, as the format allows, is kept', async () => {
    await run(storeLora(worldWithLora(loraFile({ headerText: `${JSON.stringify(TENSORS)}    ` }))), INPUT);
  });
});

const whole = loraFile();
const HEADER_END = whole.length - 32;

const BROKEN: [name: string, bytes: Buffer, says: string][] = [
  ['an empty file', Buffer.alloc(0), 'too short'],
  ['seven bytes', whole.subarray(0, 7), 'too short'],
  ['a web page', Buffer.from('<!doctype html><title>404</title>'), 'cut off'],
  ['a file cut in its header', whole.subarray(0, HEADER_END - 5), 'cut off'],
  ['a header longer than the format allows', loraFile({ headerLength: 100_000_001n }), 'cut off'],
  ['a header longer than any number', loraFile({ headerLength: 2n ** 64n - 1n }), 'cut off'],
  ['an empty header', loraFile({ headerText: '' }), 'no JSON'],
  ['a header of other text', loraFile({ headerText: 'PK\u0003\u0004 not a header' }), 'no JSON'],
  ['a header that is null', loraFile({ header: null }), 'no object'],
  ['a header that is a number', loraFile({ header: 7 }), 'no object'],
  ['a header that is a list', loraFile({ header: [{ data_offsets: [0, 32] }] }), 'no object'],
  ['no tensor', loraFile({ header: {} }), 'no tensor'],
  ['nothing but notes', loraFile({ header: { __metadata__: { format: 'pt' } } }), 'no tensor'],
  ['a file cut in its data', whole.subarray(0, whole.length - 1), 'size does not fit'],
  ['a file with more behind its data', Buffer.concat([whole, Buffer.from('x')]), 'size does not fit'],
  ['no data at all', whole.subarray(0, HEADER_END), 'size does not fit'],
  ['a tensor without a place', loraFile({ header: { ...TENSORS, odd: { dtype: 'F16' } } }), 'size does not fit'],
  ['a tensor that is null', loraFile({ header: { ...TENSORS, odd: null } }), 'size does not fit'],
  ['a place in words', loraFile({ header: { odd: { data_offsets: ['0', '32'] } } }), 'size does not fit'],
];

describe('a file that is no LoRA is not kept', () => {
  it.each(BROKEN)('%s', async (_name, bytes, says) => {
    const world = worldWithLora(bytes);
    const failure = await failureOf(storeLora(world), INPUT);
    expect(failure).toMatchObject({ type: 'InvalidLora', nonRetryable: true });
    expect(failure.message).toContain(says);
    expect(world.files.paths()).toEqual([]);
    expect(world.store.loras.size).toBe(0);
  });

  it.each([
    ['nothing', {}],
    ['no address', { diffusers_lora_file: {} }],
    ['an address that is no text', { diffusers_lora_file: { url: 7 } }],
    ['null', { diffusers_lora_file: null }],
    ['a bare address', { diffusers_lora_file: URL }],
  ])('a training that answered %s', async (_name, result) => {
    const failure = await failureOf(storeLora(worldWithLora(whole, result)), INPUT);
    expect(failure).toMatchObject({ type: 'InvalidLora', nonRetryable: true });
  });

  it('a training that never was', async () => {
    expect(await failureOf(storeLora(createFakePorts()), INPUT)).toMatchObject({
      type: 'NotFound',
      nonRetryable: true,
    });
  });
});

describe('a LoRA that the CDN does not have yet', () => {
  const MINUTES = 60_000;

  it('is asked for again, and kept when it is there', async () => {
    const world = worldWithLora(loraFile());
    const late = world.provider.files.get(URL);
    world.provider.files.clear();
    let downloads = 0;
    const download: Provider['download'] = (...args) => {
      downloads += 1;
      if (downloads === 4 && late) world.provider.files.set(URL, late);
      return world.provider.download(...args);
    };
    await run(storeLora({ ...world, provider: { ...world.provider, download } }), INPUT);
    expect(downloads).toBe(4);
    expect(world.files.paths()).toEqual([PATH]);
    expect(world.provider.looks).not.toContain('result');
  });

  it('is waited for some minutes; then the job is asked again, and its new address is the one that is kept', async () => {
    const world = worldWithLora(loraFile());
    const moved = 'https://provider.test/moved.safetensors';
    world.provider.files.clear();
    world.provider.files.set(moved, loraFile());
    world.provider.answer = { data: { diffusers_lora_file: { url: moved } }, billableUnits: undefined };
    await run(storeLora(world), INPUT);
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBe(3 * MINUTES);
    expect(world.files.objects.get(PATH)).toEqual(loraFile());
    expect(world.ledger.budget.charged).toBe(2_000_000); // settled before, and not again
  });

  it.each([
    ['its result is gone too', new Failure('ProviderUnavailable', 'HTTP 404')],
    ['its result names the same address', { data: { diffusers_lora_file: { url: URL } }, billableUnits: undefined }],
  ])('fails the step in the end: %s', async (_name, answer) => {
    const world = worldWithLora(loraFile());
    world.provider.files.clear();
    world.provider.answer = answer;
    expect(await failureOf(storeLora(world), INPUT)).toMatchObject({ type: 'NotFound', nonRetryable: true });
    expect(world.files.paths()).toEqual([]);
  });

  it('keeps the step alive while it waits, and is given up when the run is cancelled', async () => {
    const world = worldWithLora(loraFile());
    world.provider.files.clear();
    const env = activityEnvironment();
    env.on('heartbeat', () => env.cancel());
    await expect(runIn(env, storeLora(world), INPUT)).rejects.toMatchObject({ name: 'CancelledFailure' });
    expect(world.provider.looks).toEqual(['download']);
  });
});
