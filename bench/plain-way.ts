// What one would write first, and what ours is held against: face-api's own way with its SSD detector, on the picture
// in full size, on the thread that asks. It runs on TensorFlow.js in WebAssembly, with the weights that come in face-api's
// package.

import { createRequire } from 'node:module';
import path from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';

interface Net {
  loadFromDisk(directory: string): Promise<void>;
}
interface Described {
  descriptor: Float32Array;
}
/** What we call of face-api; its own types need the full @tensorflow/tfjs. */
interface FaceApi {
  nets: { ssdMobilenetv1: Net; faceLandmark68Net: Net; faceRecognitionNet: Net };
  detectAllFaces(input: tf.Tensor3D): { withFaceLandmarks(): { withFaceDescriptors(): Promise<Described[]> } };
}

export interface PlainWay {
  /** The descriptors of all faces. */
  read(bytes: Uint8Array): Promise<Float32Array[]>;
  /** The same, and the form to store: upright, within 2048 px, JPEG. */
  prepare(bytes: Uint8Array): Promise<Float32Array[]>;
}

const STORED_SIDE = 2048;
const STORED_QUALITY = 92;

const require = createRequire(import.meta.url);
const directoryOf = (name: string) => path.dirname(require.resolve(`${name}/package.json`));

/** Loads the run time and all weights. */
export async function createPlainWay(): Promise<PlainWay> {
  setWasmPaths(path.join(directoryOf('@tensorflow/tfjs-backend-wasm'), 'wasm-out', path.sep));
  await tf.setBackend('wasm');
  await tf.ready();
  const faceApi: FaceApi = require('@vladmandic/face-api/dist/face-api.node-wasm.js');
  const weights = path.join(directoryOf('@vladmandic/face-api'), 'model');
  const { ssdMobilenetv1, faceLandmark68Net, faceRecognitionNet } = faceApi.nets;
  for (const net of [ssdMobilenetv1, faceLandmark68Net, faceRecognitionNet]) await net.loadFromDisk(weights);

  async function read(bytes: Uint8Array): Promise<Float32Array[]> {
    const { data, info } = await sharp(bytes).autoOrient().removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const input = tf.tensor3d(new Uint8Array(data), [info.height, info.width, 3], 'int32');
    try {
      const faces = await faceApi.detectAllFaces(input).withFaceLandmarks().withFaceDescriptors();
      return faces.map(({ descriptor }) => descriptor);
    } finally {
      input.dispose();
    }
  }
  return {
    read,
    async prepare(bytes) {
      const inside = { width: STORED_SIDE, height: STORED_SIDE, fit: 'inside', withoutEnlargement: true } as const;
      await sharp(bytes).autoOrient().resize(inside).jpeg({ quality: STORED_QUALITY }).toBuffer();
      return read(bytes);
    },
  };
}
