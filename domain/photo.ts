// What vision reads from one picture: plain numbers, no pixels. The photo rules and the scores judge these readings;
// how they are measured is the vision adapter's business.

/** Pixels of the upright picture, origin at the top left. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * The parts that may be covered: the eyes (dark glasses, a bar), mouth and nose (a mask, a scarf, a cup), any other
 * part (one half, a hand, stripes, stickers), or all by blocks of one colour each (pixelated).
 */
export const COVERED_PARTS = ['eyes', 'mouth', 'part', 'blocks'] as const;
export type CoveredPart = (typeof COVERED_PARTS)[number];

export interface FaceCover {
  /** The certainty that something covers the face, 0–1. */
  certainty: number;
  /** The most likely part; not reliable while the certainty is small. */
  part: CoveredPart;
}

export interface FaceReading {
  box: Box;
  /** The detector's confidence, 0–1. */
  confidence: number;
  /** Degrees, 0 = frontal; the sign gives the side. */
  yaw: number;
  /** Degrees by which the face leans in the picture, −180 to 180, clockwise positive: 0 = upright. */
  roll: number;
  /** Clarity of the descriptor: 10 to 14 on a clear face, below 6 where there is no face. */
  clarity: number;
  /** Variance of the Laplacian on the aligned 112 px face: low is blurred. */
  sharpness: number;
  /**
   * Standard deviation of the blur across its edges, in pixels of the face at 142 px a width (smaller faces: at their
   * own). The mean of the two most blurred directions of four, so that a camera that moved shows.
   */
  blur: number;
  /** Mean brightness of the face, 0–255. */
  brightness: number;
  /** Share of the face's pixels that are nearly black or white, 0–1: they have no detail. */
  clipped: number;
  /** Share of the face, brows to chin, that lies outside of the picture, 0–1: it is cut off. */
  outside: number;
  cover: FaceCover;
  /** 128 numbers of length 1 (`descriptorDistance`). Never stored, never in history. */
  descriptor: readonly number[];
}

export const PHOTO_FORMATS = ['jpeg', 'png', 'webp'] as const;
export type PhotoFormat = (typeof PHOTO_FORMATS)[number];

export type UnreadableProblem =
  | 'unsupported_format'
  | 'animated'
  | 'truncated'
  | 'too_many_bytes'
  | 'too_many_pixels'
  | 'corrupt';

export interface UnreadablePicture {
  readable: false;
  problem: UnreadableProblem;
  bytes: number;
  /** The real format of the file, when it could be detected: `gif`, `svg`, `heif`, … */
  format: string | undefined;
}

export interface ReadablePicture {
  readable: true;
  format: PhotoFormat;
  bytes: number;
  /** Pixels, after the EXIF orientation is applied. */
  width: number;
  height: number;
  /** Pixels a side that stand for one, because they were only repeated (nearest neighbour): 1 = not enlarged. */
  enlarged: number;
  /** SHA-256 of the file as it came, hex; of one that was turned another one, which names the turn as well. */
  sha256: string;
  /** 64-bit perceptual hash, 16 hex digits, and that of the mirror image: for duplicates, not for people. */
  phash: string;
  mirrorPhash: string;
  /** Largest first. Only what passed the detector; the rules decide which count. */
  faces: readonly FaceReading[];
}

export type PictureReading = ReadablePicture | UnreadablePicture;

/** A face among others: what a photo to train on is judged by beside it is not measured. */
export type FrameFace = Omit<FaceReading, 'blur' | 'brightness' | 'clipped' | 'outside'>;

/** A picture of several people: all its faces, also small ones far behind, largest first. */
export interface ReadableFrame {
  readable: true;
  /** Pixels, after the EXIF orientation is applied. */
  width: number;
  height: number;
  faces: readonly FrameFace[];
}

export type FrameReading = ReadableFrame | UnreadablePicture;

/** Euclidean distance of two descriptors, 0–2: 0.75 is usual for two photos of one person, 1.41 for two people. */
export function descriptorDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const d = (a[i] ?? 0) - (b[i] ?? 0);
    sum += d * d;
  }
  return Math.sqrt(sum);
}

/** Pixels of the longer side that is kept of a photo: twice what the trainer uses, and what faces are read from. */
export const KEPT_SIDE = 2048;

/** The width that the blur of a face is measured at, where the face has as many pixels. */
export const BLUR_WIDTH = 142;

/** The width of a face in the pixels that it is read from. */
export function analysedWidth(face: { box: Box }, picture: { width: number; height: number }): number {
  return face.box.width * Math.min(1, KEPT_SIDE / Math.max(picture.width, picture.height));
}
