// A sandbox with people to draw: a LoRA of each member of a cast, trained there, and photos of strangers.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createFalClient, type FalClient } from '@fal-ai/client';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../sandbox/server.ts';
import { franck, photo } from './photos.ts';

/** Photos of each member, by its trigger word. Names of photos as in photos.ts. */
const CAST = {
  lkfranck: () => franck(4),
  lkcage: () => Promise.all([photo('cage.jpg')]),
  lkaudrey: () => Promise.all([photo('audrey.jpg')]),
};
export type Member = keyof typeof CAST;
export const MEMBERS = Object.keys(CAST) as Member[];
/** Nobody of the cast, and each with a face that the sandbox finds in the photo. */
const STRANGERS = ['kim1_crop.jpg', 'ri_1_crop.jpg', 'queen20_crop.jpg', 'bieber_small.jpg'];

const TRAINING = 'fal-ai/flux-lora-fast-training';

export interface Drawn {
  seed: number;
  requestId: string;
  image: Buffer;
  url: string;
}

/** Starts before the tests of the file that calls it, and ends after them. */
export function sandboxCast() {
  let running: RunningSandbox | undefined;
  let fal: FalClient;
  let folder: string;
  const loras = new Map<Member, string>();
  const photos = new Map<Member, Buffer[]>();

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'strangers-'));
    for (const name of STRANGERS) await writeFile(path.join(folder, name), await photo(name));
    running = await startSandbox({ strangers: folder, settings: { queueMs: 0, trainingMs: 0, imageMs: 0 } });
    const base = running.url;
    fal = createFalClient({
      credentials: running.key,
      requestMiddleware: async (request) => ({
        ...request,
        url: request.url
          .replace('https://queue.fal.run', `${base}/queue`)
          .replace('https://rest.fal.ai', `${base}/rest`),
      }),
    });
    for (const member of MEMBERS) {
      const files = await CAST[member]();
      photos.set(member, files);
      const zip = zipSync(Object.fromEntries(files.map((file, i) => [`${i}.jpg`, file])), { level: 0 });
      const input = { images_data_url: await upload(Buffer.from(zip), 'application/zip'), trigger_word: member };
      const { data } = await fal.subscribe(TRAINING, { input, pollInterval: 20 });
      loras.set(member, data.diffusers_lora_file.url);
    }
  });
  afterAll(async () => {
    await running?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const known = <T>(of: Map<Member, T>, member: Member): T => {
    const value = of.get(member);
    if (value === undefined) throw new Error('the sandbox runs inside of tests only');
    return value;
  };
  const upload = (bytes: Buffer, type: string) => fal.storage.upload(new Blob([new Uint8Array(bytes)], { type }));

  return {
    get sandbox(): RunningSandbox {
      if (!running) throw new Error('the sandbox runs inside of tests only');
      return running;
    },
    get fal(): FalClient {
      return fal;
    },
    upload,
    photosOf: (member: Member) => known(photos, member),
    lora: (member: Member, scale = 0.8) => ({ path: known(loras, member), scale }),

    /** The first image of a request that succeeds. */
    async draw(endpoint: string, input: Record<string, unknown>): Promise<Drawn> {
      const { data, requestId } = await fal.subscribe(endpoint, {
        input: { image_size: 'landscape_16_9', output_format: 'png', seed: 1, ...input },
        pollInterval: 20,
      });
      const { images, seed } = data as { images: { url: string }[]; seed: number };
      const url = images[0]?.url ?? '';
      return { seed, requestId, url, image: Buffer.from(await (await fetch(url)).arrayBuffer()) };
    },
  };
}

/** A mask: white in an oval around a face, grown by that factor. */
export async function maskOf(
  box: { x: number; y: number; width: number; height: number },
  size: { width: number; height: number },
  grown = 1.4,
): Promise<Buffer> {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const oval = `<ellipse cx="${x}" cy="${y}" rx="${(box.width * grown) / 2}" ry="${(box.height * grown) / 2}" fill="#fff"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}"><rect width="100%" height="100%"/>${oval}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}
