// Limits on a face reading that photo rules and scores share. Sources: measurements on labelled photos; where the
// network's own error grows, see docs/scores.md.

/** Degrees of yaw past which the descriptor is not reliable. */
export const MAX_YAW = 50;
/** Degrees of yaw that a reference photo should stay under. */
export const WARN_YAW = 35;
/** Degrees by which a face may lean; past it the picture lies on its side or is upside down. */
export const MAX_ROLL = 60;
/** Minimum width of a face, in pixels as read (analysedWidth). A smaller face cannot be identified. */
export const MIN_SCORABLE_WIDTH = 32;
/** Width of a face, in pixels as it was read, that a reference photo has to reach, and should reach. */
export const MIN_FACE_WIDTH = 48;
export const WARN_FACE_WIDTH = 80;
/** Smaller faces than this share of the largest one's width are bystanders: the subject of the photo is clear. */
export const BYSTANDER_SHARE = 0.5;
/** Smaller faces than this share are background and are not reported. */
export const BACKGROUND_SHARE = 0.25;
