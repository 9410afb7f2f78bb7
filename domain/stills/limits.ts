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

/** Characters (code points); a model reads about 500 words. `templates`: how many. */
export const PROMPT_LIMITS = { prompt: 2000, location: 200, template: 500, templates: 8 } as const;
