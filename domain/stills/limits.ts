// The limits of one request for stills.

export const STILL_LIMITS = {
  /** A storyboard of an episode. */
  frames: 500,
  /** Variants of one frame. */
  variants: 8,
  repairs: { default: 2, most: 5 },
  references: 8,
} as const;

/** A seed is 32 bits without a sign. */
export const MAX_SEED = 0xff_ff_ff_ff;
