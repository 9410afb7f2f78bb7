// What is no face is given none, whatever the detector takes it for.

import { expect, test } from 'vitest';
import { facelessPictures } from '../support/faceless.ts';
import { facesIn } from './shared-vision.ts';

const pictures = facelessPictures();

test('there are at least 50 pictures, each another', () => {
  expect(new Set(pictures.map(([name]) => name)).size).toBeGreaterThanOrEqual(50);
});

test.each(pictures)('no face on %s', async (_name, make) => {
  expect(await facesIn(await make())).toEqual([]);
});
