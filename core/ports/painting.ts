// Pixels of a still: what a provider has drawn, as we keep it; the mask of a face; and a face put into its picture.

import type { ImageSize } from '../../domain/image-units.ts';
import type { Box } from '../../domain/photo.ts';

/** A picture as we keep it: PNG of the pixels alone, without metadata. */
export interface KeptPicture {
  bytes: Buffer;
  size: ImageSize;
  /** Of the bytes, hex. */
  sha256: string;
}

/** Rejects with the signal's reason, and with Busy when too much waits. */
export interface Painting {
  /** ProviderFailed when the file is no picture. */
  keep(drawn: Uint8Array, signal?: AbortSignal): Promise<KeptPicture>;
  /**
   * A mask as PNG: white where a face is painted anew, with its hair, and black elsewhere.
   *
   * @param others faces that stay as they are, also where they are close to this one.
   */
  mask(size: ImageSize, face: Box, others: readonly Box[], signal?: AbortSignal): Promise<Buffer>;
  /**
   * The base with what was painted inside of the mask, softly at its edge. Outside of the mask every pixel is that of the
   * base. ProviderFailed when what was painted is no picture of that form.
   */
  composite(base: Uint8Array, painted: Uint8Array, mask: Uint8Array, signal?: AbortSignal): Promise<KeptPicture>;
  /** A small copy to look at, as JPEG: `longest` pixels at most on its longer side. For our own pictures. */
  preview(picture: Uint8Array, longest: number, signal?: AbortSignal): Promise<Buffer>;
}
