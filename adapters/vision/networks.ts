// The three networks and the run time under them: TensorFlow.js on WebAssembly, with weights that come inside of npm
// packages. Nothing is downloaded.
//
// BlazeFace "back" 256 finds faces, 68 landmarks place them, face-api's ResNet describes them (its weights descend
// from dlib's). Threads of the WebAssembly back end do not work in Node: one instance a worker thread instead.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';

/** What we call of face-api's nets; its own types need the full @tensorflow/tfjs. */
interface LandmarkNet {
  loadFromDisk(directory: string): Promise<void>;
  /** Positions in pixels of the input. */
  detectLandmarks(input: tf.Tensor3D): Promise<{ positions: readonly { x: number; y: number }[] }>;
}

interface DescriptorNet {
  loadFromDisk(directory: string): Promise<void>;
  computeFaceDescriptor(input: tf.Tensor3D): Promise<Float32Array>;
}

interface FaceApi {
  FaceLandmark68Net: new () => LandmarkNet;
  FaceRecognitionNet: new () => DescriptorNet;
}

export interface Networks {
  detector: GraphModel;
  landmarks: LandmarkNet;
  descriptor: DescriptorNet;
}

const require = createRequire(import.meta.url);
const directoryOf = (module: string) => path.dirname(require.resolve(module));

/** Starts the back end and reads all weights: about 0.1 s. Call it once a thread. */
export async function loadNetworks(): Promise<Networks> {
  // The path ends in a slash, and a second argument would make the back end fetch the file as a URL.
  setWasmPaths(path.join(directoryOf('@tensorflow/tfjs-backend-wasm/package.json'), 'wasm-out', path.sep));
  await tf.setBackend('wasm');
  await tf.ready();

  const faceApi: FaceApi = require('@vladmandic/face-api/dist/face-api.node-wasm.js');
  const landmarks = new faceApi.FaceLandmark68Net();
  const descriptor = new faceApi.FaceRecognitionNet();
  const weights = path.join(directoryOf('@vladmandic/face-api/package.json'), 'model');
  const [detector] = await Promise.all([
    loadDetector(),
    landmarks.loadFromDisk(weights),
    descriptor.loadFromDisk(weights),
  ]);
  return { detector, landmarks, descriptor };
}

async function loadDetector(): Promise<GraphModel> {
  // The package exports neither its manifest nor its models; its entry file lies in dist/, beside models/.
  const models = path.join(directoryOf('@vladmandic/human'), '..', 'models');
  const [manifest, weights] = await Promise.all([
    readFile(path.join(models, 'blazeface.json'), 'utf8'),
    readFile(path.join(models, 'blazeface.bin')),
  ]);
  const { modelTopology, weightsManifest, format } = JSON.parse(manifest);
  const artifacts = {
    modelTopology,
    weightSpecs: weightsManifest[0].weights,
    weightData: new Uint8Array(weights).buffer,
    format,
  };
  return loadGraphModel({ load: async () => artifacts });
}
