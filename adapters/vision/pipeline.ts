// The way of one picture through a vision thread: header, pixels, hashes, faces, and, where asked, the form to store.

import { MAX_FACE_DISAGREEMENT, MAX_YAW } from '../../domain/face-limits.ts';
import { type Box, type FaceReading, type PictureReading, SEARCHED_SIDE, sideReadAt } from '../../domain/photo.ts';
import type { RgbImage } from './align.ts';
import { lookCloser } from './closer-look.ts';
import { decodePicture, readHeader, sha256, UnreadableFile } from './decode.ts';
import { describeFace } from './descriptor.ts';
import { type Detection, detectFaces, placed } from './detector.ts';
import { measureQuality } from './face-quality.ts';
import { disagreementOf, findLandmarks } from './landmarks.ts';
import { loadNetworks, type Networks } from './networks.ts';
import { perceptualHashes } from './phash.ts';
import { encodeForStorage, type StoredPhoto, shrunkTo } from './pixels.ts';
import { yawOf } from './pose.ts';

/** More faces than this say no more about who the photo shows, and each costs 0.05 s. */
const MAX_FACES = 6;
/**
 * A face turned past MAX_YAW cannot be confirmed by the landmarks. So the detector must be surer of it, and they must
 * not be quite elsewhere: a profile has a confidence of 0.68 to 0.88 and a disagreement of 1.2 at most (17 views), what
 * clothes were taken for either less than 0.65 or a disagreement of 2.7 and more (60 pictures).
 */
const TURNED = { minConfidence: 0.65, maxDisagreement: 2 } as const;
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

/** One picture at its own size (in pixels, upright), at that which is kept, and at that which is searched for faces. */
interface Picture {
  width: number;
  height: number;
  kept: RgbImage;
  searched: RgbImage;
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
  const kept = await decodePicture(bytes);
  checkpoint();
  const searched = await shrunkTo(SEARCHED_SIDE, kept);
  checkpoint();
  // sharp hashes and encodes on threads of its own while the networks compute here.
  const [hashes, stored, faces] = await Promise.all([
    perceptualHashes(searched),
    withStored ? encodeForStorage(kept) : undefined,
    readFaces(networks, { ...header, kept, searched }, checkpoint),
  ]);
  const file = { bytes: bytes.byteLength, sha256: sha256(bytes) };
  const reading: PictureReading = { readable: true, ...header, ...file, ...hashes, faces };
  return { reading, ...(stored ? { stored } : {}) };
}

/** All faces, largest first. */
async function readFaces(networks: Networks, picture: Picture, checkpoint: () => void): Promise<FaceReading[]> {
  const faces: FaceReading[] = [];
  for (const detection of largestFirst(detectFaces(networks.detector, picture.searched)).slice(0, MAX_FACES)) {
    checkpoint();
    const face = await readFace(networks, picture, detection);
    if (face) faces.push(face);
  }
  return largestFirst(faces);
}

function largestFirst<T extends { box: Box }>(faces: readonly T[]): T[] {
  const area = ({ box }: T) => box.width * box.height;
  return faces.toSorted((p, q) => area(q) - area(p));
}

/**
 * Undefined for what the detector took for a face and nothing confirms. A face in profile stays, so that the rules can
 * name the pose.
 */
async function readFace(networks: Networks, picture: Picture, found: Detection): Promise<FaceReading | undefined> {
  const { image, detection } = bestSightOf(networks, picture, found);
  if (!detection) return undefined;
  const { confidence, points } = detection;
  const landmarks = await findLandmarks(networks.landmarks, image, detection);
  const disagreement = disagreementOf(detection, landmarks);
  const yaw = yawOf(points);
  const turned = Math.abs(yaw) > MAX_YAW && confidence >= TURNED.minConfidence;
  if (disagreement > (turned ? TURNED.maxDisagreement : MAX_FACE_DISAGREEMENT)) return undefined;
  return {
    box: placed(detection, { scale: longest(picture) / longest(image) }).box,
    confidence,
    yaw,
    disagreement,
    ...measureQuality(image, landmarks),
    descriptor: await describeFace(networks.descriptor, image, landmarks),
  };
}

/** Where a face is read: in the searched picture, and a small one in the kept picture, once it is found again there. */
function bestSightOf(
  networks: Networks,
  picture: Picture,
  found: Detection,
): { image: RgbImage; detection: Detection | undefined } {
  const { searched, kept } = picture;
  const { box } = placed(found, { scale: longest(picture) / longest(searched) });
  if (sideReadAt({ box }, picture) === SEARCHED_SIDE) return { image: searched, detection: found };
  const inKept = placed(found, { scale: longest(kept) / longest(searched) });
  return { image: kept, detection: lookCloser(networks.detector, kept, inKept) };
}

function longest({ width, height }: { width: number; height: number }): number {
  return Math.max(width, height);
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
