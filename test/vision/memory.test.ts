// Nothing stays behind of a picture that was read, or given up in the middle.

import { expect, test } from 'vitest';
import { createPipeline } from '../../adapters/vision/pipeline.ts';
import { facelessPictures } from '../support/faceless.ts';
import { franck, photo } from '../support/photos.ts';

const MB = 2 ** 20;
/** What a picture holds at its most is a multiple of it; thirty pictures that stay behind would be ten times as much. */
const SLACK_MB = 100;

async function residentMb(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  return process.memoryUsage().rss / MB;
}

test('the memory of the process stays the same over pictures that are read and given up', async () => {
  const pipeline = await createPipeline();
  const group = await photo('sample5.jpg');
  const drawings = await Promise.all(
    facelessPictures()
      .slice(0, 3)
      .map(([, make]) => make()),
  );
  const files = [...(await franck(2)), group, ...drawings];
  const readAll = async () => {
    for (const file of files) await pipeline.analyse(file, { withStored: false, checkpoint: () => undefined });
    for (let steps = 0; steps < 6; steps++) {
      let left = steps;
      const checkpoint = () => {
        if (left-- === 0) throw new Error('given up');
      };
      await expect(pipeline.analyse(group, { withStored: true, checkpoint })).rejects.toThrow('given up');
    }
  };
  await readAll();
  await readAll();
  const before = await residentMb();
  for (let round = 0; round < 3; round++) await readAll();
  expect((await residentMb()) - before).toBeLessThan(SLACK_MB);
});
