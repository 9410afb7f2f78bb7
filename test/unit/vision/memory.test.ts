// Nothing stays behind of a picture that was read.

import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createPipeline } from '../../../adapters/vision/pipeline.ts';
import { facelessPictures } from '../../support/faceless.ts';
import { franck, photo } from '../../support/photos.ts';

test('the number of tensors and their bytes stay the same over thirty pictures', async () => {
  const pipeline = await createPipeline();
  const group = await photo('sample5.jpg');
  const drawings = await Promise.all(
    facelessPictures()
      .slice(0, 5)
      .map(([, make]) => make()),
  );
  const files = [...(await franck(4)), group, ...drawings];
  const { numTensors, numBytes } = tf.memory();
  for (const file of [...files, ...files, ...files]) {
    await pipeline.analyse(file, { withStored: false, checkpoint: () => undefined });
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  }
});

test('nothing stays behind of a picture that is given up in the middle', async () => {
  const pipeline = await createPipeline();
  const group = await photo('sample5.jpg');
  const { numTensors } = tf.memory();
  for (let steps = 0; steps < 6; steps++) {
    let left = steps;
    const checkpoint = () => {
      if (left-- === 0) throw new Error('given up');
    };
    await expect(pipeline.analyse(group, { withStored: true, checkpoint })).rejects.toThrow('given up');
    expect(tf.memory()).toMatchObject({ numTensors });
  }
});
