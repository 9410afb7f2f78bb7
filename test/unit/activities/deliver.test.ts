// What the provider has to fetch is delivered when it is needed, as often as that takes, and no oftener.

import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  approvedLoraFile,
  archiveFile,
  createDelivery,
  type Deliverable,
  loraFile,
} from '../../../core/files/deliver.ts';
import { Failure } from '../../../domain/failure.ts';
import { archiveObject, loraObject } from '../../../domain/keys.ts';
import { createFakePorts, type FakePorts, IDENTITY, pathOf, TENANT } from '../../support/fake-ports.ts';

const HOUR = 3_600_000;
const SHA = 'c'.repeat(64);
const LORA = loraFile({ object: loraObject(TENANT, IDENTITY, 1), sha256: SHA });

let world: FakePorts;
let now: number;

beforeEach(async () => {
  world = createFakePorts({ reachableByProvider: false });
  now = 1_800_000_000_000;
  await world.files.put(LORA.object, Buffer.from('lora bytes'), LORA.contentType);
});

const delivery = (ports: Pick<FakePorts, 'files' | 'provider'> = world) => createDelivery(ports, () => now);

describe('where the provider reaches our storage', () => {
  it('every address is a fresh one of our own, and nothing is uploaded', async () => {
    const { files, provider } = createFakePorts({ reachableByProvider: true });
    let signed = 0;
    const signedUrl = async () => `https://files.test/${++signed}`;
    const deliver = delivery({ files: { ...files, signedUrl }, provider });
    expect([await deliver(LORA), await deliver(LORA)]).toEqual(['https://files.test/1', 'https://files.test/2']);
    expect(provider.uploads).toEqual([]);
  });
});

describe('a file whose bytes are pinned', () => {
  const sha256 = createHash('sha256').update('lora bytes').digest('hex');
  const pinned = approvedLoraFile({ object: LORA.object, sha256 });

  it('is hashed once in six hours at our own address, and each time before an upload', async () => {
    const near = createFakePorts({ reachableByProvider: true });
    await near.files.put(LORA.object, Buffer.from('lora bytes'), LORA.contentType);
    let hashed = 0;
    const sha256Of: typeof near.files.sha256 = async (object) => {
      hashed += 1;
      return near.files.sha256(object);
    };
    const deliver = delivery({ files: { ...near.files, sha256: sha256Of }, provider: near.provider });
    await deliver(pinned);
    await deliver(pinned);
    expect(hashed).toBe(1);
    now += 6 * HOUR;
    await deliver(pinned);
    expect(hashed).toBe(2);
    expect(await delivery()(pinned)).toBe(world.provider.uploads[0]?.url);
  });

  it.each([true, false])('is not delivered when it was exchanged (reachable: %s)', async (reachable) => {
    const { files, provider } = createFakePorts({ reachableByProvider: reachable });
    await files.put(LORA.object, Buffer.from('other bytes'), LORA.contentType);
    const deliver = delivery({ files, provider });
    for (let n = 0; n < 2; n++) await expect(deliver(pinned)).rejects.toMatchObject({ code: 'InvalidLora' });
    expect(provider.uploads).toEqual([]);
  });
});

describe('where it does not', () => {
  it('the file goes to the provider’s own storage, for a short time, named by its SHA-256', async () => {
    const address = await delivery()(LORA);
    expect(world.provider.uploads).toEqual([
      {
        url: address,
        bytes: Buffer.from('lora bytes'),
        contentType: 'application/octet-stream',
        fileName: `${SHA}.safetensors`,
        seconds: 86_400,
      },
    ]);
  });

  it('five images of one set, and each retry, share one upload', async () => {
    const deliver = delivery();
    const addresses = await Promise.all(Array.from({ length: 5 }, () => deliver(LORA)));
    now += HOUR;
    addresses.push(await deliver(LORA));
    expect(new Set(addresses).size).toBe(1);
    expect(world.provider.uploads).toHaveLength(1);
  });

  it('an address is used as long as it lasts some hours more; then the file is delivered anew', async () => {
    const deliver = delivery();
    const first = await deliver(LORA);
    now += 18 * HOUR;
    expect(await deliver(LORA)).toBe(first);
    now += 1;
    const second = await deliver(LORA);
    expect(second).not.toBe(first);
    now += 8 * 24 * HOUR;
    expect(await deliver(LORA)).not.toBe(second);
    expect(world.provider.uploads).toHaveLength(3);
  });

  it('an upload that failed is not remembered, and all who waited for it hear of it', async () => {
    let failures = 1;
    const upload: FakePorts['provider']['upload'] = async (...args) => {
      if (failures-- > 0) throw new Failure('ProviderUnavailable', 'The provider does not answer.');
      return world.provider.upload(...args);
    };
    const deliver = delivery({ ...world, provider: { ...world.provider, upload } });
    const both = await Promise.allSettled([deliver(LORA), deliver(LORA)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await deliver(LORA)).toBe(world.provider.uploads[0]?.url);
  });

  it('files go one at a time, because each is held in memory', async () => {
    const others = [2, 3, 4].map((n): Deliverable => ({ ...LORA, name: `lora ${n}` }));
    let at = 0;
    let most = 0;
    const upload: FakePorts['provider']['upload'] = async (...args) => {
      most = Math.max(most, ++at);
      await new Promise((resolve) => setTimeout(resolve, 5));
      at -= 1;
      return world.provider.upload(...args);
    };
    const deliver = delivery({ ...world, provider: { ...world.provider, upload } });
    await Promise.all([LORA, ...others].map(deliver));
    expect([most, world.provider.uploads.length]).toEqual([1, 4]);
  });

  it('a file that is gone, or empty, is said to be: nothing can be paid for then', async () => {
    world.files.objects.delete(pathOf(LORA.object));
    await expect(delivery()(LORA)).rejects.toMatchObject({ code: 'NotFound' });
    await world.files.put(LORA.object, new Uint8Array(), LORA.contentType);
    await expect(delivery()(LORA)).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('two trainings with the same archive have an address each, so that a lost request is found by its body', async () => {
    const object = archiveObject(TENANT, IDENTITY, SHA);
    await world.files.put(object, Buffer.from('zip'), 'application/zip');
    const deliver = delivery();
    const [first, retried, second] = [
      await deliver(archiveFile(object, SHA, `${IDENTITY}/train/1`)),
      await deliver(archiveFile(object, SHA, `${IDENTITY}/train/1`)),
      await deliver(archiveFile(object, SHA, `${IDENTITY}/train/2`)),
    ];
    expect(retried).toBe(first);
    expect(second).not.toBe(first);
  });
});
