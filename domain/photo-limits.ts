// The limits of the photo rules. Limits that the scores share are in face-limits.ts. docs/scores.md shows what each was
// measured on.

export const PHOTO_LIMITS = {
  minPhotos: 3,
  /** The most that a run takes by default, and the most that a setting may raise it to. */
  maxPhotos: 5,
  maxPhotosEver: 20,
  maxBytes: 10 * 1024 * 1024,
  /**
   * Decoded pixels; stops a small file that unpacks to gigabytes: these are 156 MB. Cameras sold as 50 megapixels make
   * up to 51.3 million: 8192 × 6144 (phones), 8256 × 6192 and 8272 × 6200 (medium format).
   */
  maxPixels: 52_000_000,
  /**
   * Pixels of the shorter side: below the first a photo is refused, below the second it is warned. A tight crop of 250
   * pixels shows a face as large as many a photo four times as wide; what a face needs is MIN_FACE_WIDTH.
   */
  rejectSide: 200,
  warnSide: 512,
  /** Blur of the face's edges (FaceReading.blur). */
  rejectBlur: 2.1,
  warnBlur: 1.9,
  /**
   * Mean brightness of the face, 0–255. Past the outer limits a photo is 0.8 (median) and more from itself in good
   * light, which is more than between two usual photos of one person.
   */
  rejectDark: 10,
  warnDark: 40,
  warnBright: 220,
  rejectBright: 230,
  /** Share of the face that is black or white. Catches hard light, which the mean brightness does not show. */
  warnClipped: 0.25,
  rejectClipped: 0.6,
  /** Share of the face outside of the picture: with 0.1 chin or cheek are cut, with 0.3 mouth or an eye. */
  warnOutside: 0.1,
  rejectOutside: 0.3,
  /**
   * The minimum certainty that something covers the face, 0–1: 4 of 492 photos outside the fit reach it, two of them in
   * dark glasses. Past the second limit a face of blocks is refused.
   */
  warnCovered: 0.55,
  rejectPixelated: 0.8,
  /** Median distance to the other photos past which it is another person: docs/calibration.md, mixed sets. */
  rejectStranger: 1.06,
  warnStranger: 1,
  /** Bits of 64 that the hashes of two copies differ by; unrelated photos: 19 and more. */
  duplicateBits: 8,
  /**
   * Distance under which a face is the mirror image of another. Most copies are below COPY_DISTANCE, mirror images at
   * 0.25 at most, two frames of a video at 0.24 and more. Hashes alone are no proof: a fixed camera's differ by 0 bits.
   */
  mirrorDistance: 0.35,
  /**
   * Distance under which a photo adds little, whatever its hash is: frames of a film and crops by 5 % or less are that
   * close. Crops by a tenth measure up to 0.44 and are not detected.
   */
  similarDistance: 0.3,
} as const;
