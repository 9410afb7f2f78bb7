// The steps of one picture in a vision thread: header, pixels, hashes, faces, and, on request, the form to store.

import type { FaceReading, FrameFace, FrameReading, PictureReading } from '../../domain/photo.ts';
import type { RgbImage } from './align.ts';
import { coverOf } from './cover.ts';
import { decodePicture, readHeader, sha256, type Turn, UnreadableFile } from './decode.ts';
import { glanceAt } from './descriptor.ts';
import { detectFaces, INPUT_SIDE, inputOf } from './detector.ts';
import { enlargementOf } from './enlargement.ts';
import { measureQuality, sharpnessOf } from './face-quality.ts';
import { loadNetworks, type Networks } from './networks.ts';
import { perceptualHashes } from './phash.ts';
import { encodeForStorage, type StoredPhoto, shrunkTo } from './pixels.ts';
import { poseOf } from './pose.ts';
import { findAllFaces, findFaces, type Sight } from './sight.ts';

/** Side of the gray picture for the first run of the networks, so that the first photo does not wait. */
const WARM_UP_SIDE = 64;

export interface Analysis {
  reading: PictureReading;
  stored?: StoredPhoto;
}

export interface AnalysisOptions {
  withStored: boolean;
  /** Degrees, clockwise, by which the picture is turned after its EXIF orientation. */
  turnBy?: Turn | undefined;
  /** Called between the steps; throws when the answer is no longer needed. */
  checkpoint: () => void;
}

export interface Pipeline {
  /** Never throws on a bad file; it throws our own defects, and the checkpoint's error. */
  analyse(bytes: Uint8Array, options: AnalysisOptions): Promise<Analysis>;
  /** The same of a picture of several people. */
  readFrame(bytes: Uint8Array, checkpoint: AnalysisOptions['checkpoint']): Promise<FrameReading>;
}

/** Loads the networks and runs each once: 0.3 s, once for each thread. */
export async function createPipeline(): Promise<Pipeline> {
  const networks = await loadNetworks();
  await warmUp(networks);
  return {
    async analyse(bytes, options) {
      try {
        return await analyse(networks, bytes, options);
      } catch (error) {
        if (error instanceof UnreadableFile) return { reading: error.picture };
        throw error;
      }
    },
    async readFrame(bytes, checkpoint) {
      try {
        return await readFrame(networks, bytes, checkpoint);
      } catch (error) {
        if (error instanceof UnreadableFile) return error.picture;
        throw error;
      }
    },
  };
}

async function analyse(
  networks: Networks,
  bytes: Uint8Array,
  { withStored, turnBy = 0, checkpoint }: AnalysisOptions,
): Promise<Analysis> {
  const header = await readHeader(bytes, turnBy);
  checkpoint();
  const kept = await decodePicture(bytes, turnBy);
  checkpoint();
  const searched = await shrunkTo(INPUT_SIDE, kept);
  checkpoint();
  // sharp hashes and encodes on its own threads while the networks compute here.
  const [hashes, stored, faces] = await Promise.all([
    perceptualHashes(searched),
    withStored ? encodeForStorage(kept) : undefined,
    findFaces(networks, { kept, searched }, checkpoint).then((found) => readingsOf(found, kept, header)),
  ]);
  // A file and its turned version are two pictures: one may be accepted where the other is refused.
  const name = turnBy === 0 ? bytes : Buffer.concat([bytes, Buffer.from(`turned by ${turnBy}`)]);
  const file = { bytes: bytes.byteLength, sha256: sha256(name) };
  const repeated = enlargementOf(kept);
  const enlarged = repeated > 1 ? (repeated * header.width) / kept.width : 1;
  const reading: PictureReading = { readable: true, ...header, ...file, ...hashes, enlarged, faces };
  return { reading, ...(stored ? { stored } : {}) };
}

async function readFrame(networks: Networks, bytes: Uint8Array, checkpoint: () => void): Promise<FrameReading> {
  const { width, height } = await readHeader(bytes);
  checkpoint();
  const kept = await decodePicture(bytes);
  checkpoint();
  const searched = await shrunkTo(INPUT_SIDE, kept);
  checkpoint();
  const found = await findAllFaces(networks, { kept, searched }, checkpoint);
  const faceOf = inPicture(kept, width);
  const faces = found.map((sight) => ({ ...faceOf(sight), sharpness: sharpnessOf(sight.chip) }));
  return { readable: true, width, height, faces };
}

/** In their order, their boxes in pixels of the picture at its own size. */
function readingsOf(found: readonly Sight[], kept: RgbImage, { width }: { width: number }): FaceReading[] {
  const faceOf = inPicture(kept, width);
  return found.map((sight) => ({ ...faceOf(sight), ...measureQuality(kept, sight.points, sight.chip) }));
}

function inPicture(kept: RgbImage, width: number): (sight: Sight) => Omit<FrameFace, 'sharpness'> {
  const scale = width / kept.width;
  return ({ box, confidence, points, chip, clarity, descriptor }) => ({
    box: { x: box.x * scale, y: box.y * scale, width: box.width * scale, height: box.height * scale },
    confidence,
    clarity,
    ...poseOf(points),
    cover: coverOf(chip),
    descriptor,
  });
}

/** The first run of a network is slower, so it is done on a gray square with an assumed face in the middle. */
async function warmUp(networks: Networks): Promise<void> {
  const side = WARM_UP_SIDE;
  const image = { data: new Uint8Array(side * side * 3).fill(128), width: side, height: side };
  await detectFaces(networks.detector, inputOf(image));
  const at = (x: number, y: number) => ({ x: x * side, y: y * side });
  const eyes = { leftEye: at(0.35, 0.4), rightEye: at(0.65, 0.4) };
  const mouth = { leftMouth: at(0.4, 0.75), rightMouth: at(0.6, 0.75) };
  await glanceAt(networks.descriptor, image, { ...eyes, nose: at(0.5, 0.6), ...mouth });
}
