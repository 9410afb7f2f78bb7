// Limits on a face reading that photo rules and scores share. Sources: measurements on labelled photos; where the
// network's own error grows, see docs/scores.md.

/** Above it the detector's points and the landmarks disagree so much that it is no face (0 of 76 negatives pass). */
export const MAX_FACE_DISAGREEMENT = 0.35;
/** Degrees of yaw past which the descriptor says little about who it is. */
export const MAX_YAW = 50;
/** Degrees of yaw that a reference photo should stay under. */
export const WARN_YAW = 35;
/** Width of a face, in pixels as it was read (analysedWidth), under which resolution alone changes the distance. */
export const MIN_FACE_WIDTH = 54;
/** Width of a face, in pixels as it was read, that a reference photo should reach. */
export const WARN_FACE_WIDTH = 90;
/** Smaller faces than this share of the largest one's width are bystanders: whom the photo is about is clear. */
export const BYSTANDER_SHARE = 0.5;
/** Smaller faces than this share are background, and not worth a word. */
export const BACKGROUND_SHARE = 0.25;
