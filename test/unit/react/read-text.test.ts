// Files of text as programs write them.

import { expect, it } from 'vitest';
import { readText } from '../../../react/state/read-text.ts';

const bytes = (...parts: (string | number[])[]) =>
  new Blob(parts.map((part) => (typeof part === 'string' ? part : new Uint8Array(part))));

it.each<[string, Blob]>([
  ['UTF-8', bytes('Zoë')],
  ['the letters of Windows', bytes('Zo', [0xeb])],
  ['UTF-16 of Excel', bytes([0xff, 0xfe, 0x5a, 0, 0x6f, 0, 0xeb, 0])],
  ['UTF-16 the other way round', bytes([0xfe, 0xff, 0, 0x5a, 0, 0x6f, 0, 0xeb])],
])('%s is read', async (_, file) => {
  expect(await readText(file)).toEqual({ text: 'Zoë' });
});

it('a picture is no text, and a huge file is not read', async () => {
  expect(await readText(bytes([0xff, 0xd8, 0xff, 0xe0, 0, 0x10]))).toHaveProperty('problem');
  expect(await readText(new Blob(['x'.repeat(4_000_001)]))).toHaveProperty('problem');
});

it('a file that is gone is said to be', async () => {
  const gone = { size: 1, arrayBuffer: () => Promise.reject(new Error('gone')) } as unknown as Blob;
  expect(await readText(gone)).toEqual({ problem: expect.stringContaining('could not be opened') });
});
