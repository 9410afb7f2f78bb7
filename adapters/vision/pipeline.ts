// The way of one picture through a vision thread: header, pixels, hashes, faces, and, where asked, the form to store.

import { MAX_FACE_DISAGREEMENT, MAX_YAW } from '../../domain/face-limits.ts';
import type { FaceReading, PictureReading } from '../../domain/photo.ts';
import type { RgbImage } from './align.ts';
import { decodeForAnalysis, encodeForStorage, readHeader, type StoredPhoto, sha256, UnreadableFile } from './decode.ts';
import { describeFace } from './descriptor.ts';
import { type Detection, detectFaces } from './detector.ts';
import { measureQuality } from './face-quality.ts';
import { disagreementOf, findLandmarks } from './landmarks.ts';
import { loadNetworks, type Networks } from './networks.ts';
import { perceptualHashes } from './phash.ts';
import { yawOf } from './pose.ts';

/** More faces than this say no more about who the photo shows, and each costs 0.05 s. */
const MAX_FACES = 6;
/**
 * A face turned past MAX_YAW cannot be confirmed by the landmarks, so the detector must be surer of it: a real profile
 * has 0.71 to 0.75, what textures and clothes were taken for has 0.56 at most (177 pictures).
 */
const MIN_TURNED_CONFIDENCE = 0.65;
/** Side of the gray picture that the networks run over once, so that the first photo does not wait. */
const WARM_UP_SIDE = 64;

export interface Analysis {
  reading: PictureReading;
  stored?: StoredPhoto;
}

export interface AnalysisOptions {
  withStored: boolean;
  /** Throws when nobody waits for the answer any more; asked between the steps. */
  checkpoint: () => void;
}

export interface Pipeline {
  /** Never throws on a bad file; what it throws is a defect of ours, or the checkpoint's. */
  analyse(bytes: Uint8Array, options: AnalysisOptions): Promise<Analysis>;
}

/** Loads the networks and runs each once: 0.4 s, for once in a thread. */
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
  };
}

async function analyse(
  networks: Networks,
  bytes: Uint8Array,
  { withStored, checkpoint }: AnalysisOptions,
): Promise<Analysis> {
  const header = await readHeader(bytes);
  checkpoint();
  const image = await decodeForAnalysis(bytes);
  checkpoint();
  // sharp hashes and encodes on threads of its own while the networks compute here.
  const [hashes, stored, faces] = await Promise.all([
    perceptualHashes(image),
    withStored ? encodeForStorage(bytes) : undefined,
    readFaces(networks, image, Math.max(header.width, header.height) / Math.max(image.width, image.height), checkpoint),
  ]);
  const file = { bytes: bytes.byteLength, sha256: sha256(bytes) };
  const reading: PictureReading = { readable: true, ...header, ...file, ...hashes, faces };
  return { reading, ...(stored ? { stored } : {}) };
}

/** All faces, largest first, in pixels of the whole picture: `scale` times those of the image. */
async function readFaces(
  networks: Networks,
  image: RgbImage,
  scale: number,
  checkpoint: () => void,
): Promise<FaceReading[]> {
  const faces: FaceReading[] = [];
  for (const detection of largest(detectFaces(networks.detector, image))) {
    checkpoint();
    const face = await readFace(networks, image, detection, scale);
    if (face) faces.push(face);
  }
  return faces;
}

function largest(detections: readonly Detection[]): Detection[] {
  const area = ({ box }: Detection) => box.width * box.height;
  return detections.toSorted((p, q) => area(q) - area(p)).slice(0, MAX_FACES);
}

/**
 * Undefined for what the detector took for a face and nothing confirms. A face in profile stays, so that the rules can
 * name the pose.
 */
async function readFace(
  networks: Networks,
  image: RgbImage,
  detection: Detection,
  scale: number,
): Promise<FaceReading | undefined> {
  const landmarks = await findLandmarks(networks.landmarks, image, detection);
  const disagreement = disagreementOf(detection, landmarks);
  const yaw = yawOf(detection.points);
  const turned = Math.abs(yaw) > MAX_YAW && detection.confidence >= MIN_TURNED_CONFIDENCE;
  if (disagreement > MAX_FACE_DISAGREEMENT && !turned) return undefined;
  const { x, y, width, height } = detection.box;
  return {
    box: { x: x * scale, y: y * scale, width: width * scale, height: height * scale },
    confidence: detection.confidence,
    yaw,
    disagreement,
    ...measureQuality(image, landmarks),
    descriptor: await describeFace(networks.descriptor, image, landmarks),
  };
}

/** The first run of a network compiles its kernels: done on a gray square, with a face assumed in the middle of it. */
async function warmUp(networks: Networks): Promise<void> {
  const side = WARM_UP_SIDE;
  const image = { data: new Uint8Array(side * side * 3).fill(128), width: side, height: side };
  detectFaces(networks.detector, image);
  const at = (x: number, y: number) => ({ x: x * side, y: y * side });
  const box = { ...at(0.25, 0.25), width: side / 2, height: side / 2 };
  const ears = { leftEar: at(0.3, 0.5), rightEar: at(0.7, 0.5) };
  const points = { leftEye: at(0.4, 0.4), rightEye: at(0.6, 0.4), nose: at(0.5, 0.5), ...ears };
  const landmarks = await findLandmarks(networks.landmarks, image, { box, confidence: 1, points });
  await describeFace(networks.descriptor, image, landmarks);
}
