// What vision reads from one picture: plain numbers, no pixels. The photo rules and the scores judge these readings;
// how they are measured is the vision adapter's business.

/** Pixels of the upright picture, origin at the top left. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface FaceReading {
  box: Box;
  /** The detector's confidence, 0–1. */
  confidence: number;
  /** Degrees, 0 = frontal; the sign tells the side. */
  yaw: number;
  /** Largest shift of eyes and nose between detector and landmarks, in eye distances. A real face stays low. */
  disagreement: number;
  /** Variance of the Laplacian on the aligned 112 px face: low is blurred. */
  sharpness: number;
  /** Mean brightness of the face, 0–255. */
  brightness: number;
  /** Share of the face's pixels that are as good as black or white, 0–1: there is nothing left to see in them. */
  clipped: number;
  /** Share of the 68 landmarks that lie outside of the picture, 0–1: the face is cut off. */
  outside: number;
  /** 128 numbers; two faces of one person lie closer than 0.6 (Euclid). Never stored, never in history. */
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
  /** What the file really is, when that could be told: `gif`, `svg`, `heif`, … */
  format: string | undefined;
}

export interface ReadablePicture {
  readable: true;
  format: PhotoFormat;
  bytes: number;
  /** Pixels, after the EXIF orientation is applied. */
  width: number;
  height: number;
  /** SHA-256 of the file as it came, hex. */
  sha256: string;
  /** 64-bit perceptual hash, 16 hex digits, and that of the mirror image: for duplicates, not for people. */
  phash: string;
  mirrorPhash: string;
  /** Largest first. Only what passed the detector; the rules decide which count. */
  faces: readonly FaceReading[];
}

export type PictureReading = ReadablePicture | UnreadablePicture;

/** Euclidean distance of two descriptors. */
export function descriptorDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const d = (a[i] ?? 0) - (b[i] ?? 0);
    sum += d * d;
  }
  return Math.sqrt(sum);
}

/** Pixels of the longer side that faces are looked for in; a larger picture is made smaller first. */
export const SEARCHED_SIDE = 1024;

/** Pixels of the longer side that is kept of a photo: twice what the trainer uses, and what small faces are read from. */
export const KEPT_SIDE = 2048;

/** Width of a face in the searched picture under which more pixels still bring its descriptor nearer to the truth. */
const CLOSE_LOOK_WIDTH = 100;

/** Pixels of the longer side that a face is read at: the searched picture's, and for a small face the kept one's. */
export function sideReadAt(face: { box: Box }, picture: { width: number; height: number }): number {
  return widthAt(SEARCHED_SIDE, face, picture) < CLOSE_LOOK_WIDTH ? KEPT_SIDE : SEARCHED_SIDE;
}

/** The width of a face in the pixels that its landmarks, descriptor and sharpness come from. */
export function analysedWidth(face: FaceReading, picture: ReadablePicture): number {
  return widthAt(sideReadAt(face, picture), face, picture);
}

function widthAt(side: number, face: { box: Box }, picture: { width: number; height: number }): number {
  return face.box.width * Math.min(1, side / Math.max(picture.width, picture.height));
}
