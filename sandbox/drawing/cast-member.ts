// Somebody to be drawn, and how far the drawing is from the photos.
import { ALWAYS_OTHER, strangeness } from './face-warp.ts';

/** Below this scale a LoRA shows nobody. */
export const SHOWN_FROM = 0.15;

/** Somebody to be drawn. Without photos, or with a scale that shows nobody, a drawn stand-in takes the place. */
export interface CastMember {
  photos: Buffer[];
  /** The LoRA's scale, or 0 when the prompt does not call this person. */
  strength: number;
  /** How like the photos the face is, 0 to 1; as like as the scale makes it when left out. */
  likeness?: number;
  /** Somebody whose face is mixed into this one: the share of that face, 0 to 1, and who it is, for the books. */
  mix?: { photos: Buffer[]; share: number; who?: string };
}

/** How far the face is moved to be somebody else's, 0 to 1. */
export function strangenessOf({ strength, likeness = 1, mix }: CastMember): number {
  // A mix is no copy of a photo as it is, and has to be as near to both people as it can.
  const strange = strangeness(strength) - (mix ? ALWAYS_OTHER : 0);
  return strange + (1 - strange) * (1 - likeness);
}
