// What a picture shows.

import type { FrameReading, PictureReading } from '../../domain/photo.ts';
import type { QuarterTurn } from '../../domain/photo-findings.ts';

export interface PreparedPhoto {
  reading: PictureReading;
  /** What to keep of a readable photo: encoded anew, without metadata. `sha256` is of these bytes, hex. */
  stored?: { bytes: Buffer; width: number; height: number; sha256: string };
}

export interface Vision {
  /** Never fails on a bad file: that is an unreadable picture. */
  read(bytes: Uint8Array, signal?: AbortSignal): Promise<PictureReading>;
  /** The same reading, and what to keep of the photo. With `turnBy` both are of the picture turned so. */
  prepare(bytes: Uint8Array, signal?: AbortSignal, turnBy?: QuarterTurn): Promise<PreparedPhoto>;
}

/** Of pictures of several people. The API needs none of it. */
export interface FrameVision {
  /** All faces, where `Vision.read` stops at the largest ones. Never fails on a bad file. */
  readFrame(bytes: Uint8Array, signal?: AbortSignal): Promise<FrameReading>;
}
