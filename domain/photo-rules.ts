// The rules for one photo: its file, then its face. Pure; the readings come from vision. What a set of photos breaks
// together is in photo-set.ts.

import {
  BACKGROUND_SHARE,
  BYSTANDER_SHARE,
  MAX_ROLL,
  MAX_YAW,
  MIN_FACE_WIDTH,
  WARN_FACE_WIDTH,
  WARN_YAW,
} from './face-limits.ts';
import { judgeResolution, judgeUnreadable } from './file-rules.ts';
import type { CoveredPart, FaceReading, PictureReading, ReadablePicture } from './photo.ts';
import { analysedWidth, BLUR_WIDTH } from './photo.ts';
import { type Finding, rejection, warning } from './photo-findings.ts';
import { PHOTO_LIMITS } from './photo-limits.ts';

/** Pixels that a face is wide, over pixels that its blur is, where it is as sharp as its pixels can show. */
const SHARP_BLUR_RATIO = 2;

/** Degrees past which a face that leans is nearer to standing on its head than to lying on its side. */
const UPSIDE_DOWN = 135;

/** The rules that one photo breaks on its own; empty when none. */
export function judgePhoto(reading: PictureReading): Finding[] {
  if (!reading.readable) return judgeUnreadable(reading);
  return [...judgeResolution(reading), ...judgeFace(reading)];
}

/** The face that a photo is about, or none: the largest. */
export function mainFace(reading: ReadablePicture): FaceReading | undefined {
  return reading.faces[0];
}

function judgeFace(reading: ReadablePicture): Finding[] {
  const face = mainFace(reading);
  if (!face) return [rejection('no_face', 'No face found. Use a photo that shows the face clearly.')];
  // Of pixels that were only repeated one counts.
  const width = analysedWidth(face, reading) / reading.enlarged;
  const yaw = Math.abs(face.yaw);
  const findings = [judgeCompany(face, reading), judgeWidth(width), judgeRoll(face.roll), judgePose(yaw)];
  // What follows is measured on the aligned face, which says little past the largest yaw.
  if (yaw <= MAX_YAW) {
    const [edges, light] = [judgeEdges(face.outside), judgeLight(face)];
    // Where half of a face is outside or black, a cover cannot be detected.
    const isSeen = [edges, light].every((found) => found?.severity !== 'rejection');
    findings.push(edges, isSeen ? judgeCover(face) : undefined, light, judgeBlur(face, width, reading));
  }
  return findings.filter((found) => found !== undefined);
}

function judgeCompany(face: FaceReading, { faces }: ReadablePicture): Finding | undefined {
  const shares = faces.filter((other) => other !== face).map((other) => other.box.width / face.box.width);
  const alike = shares.filter((share) => share >= BYSTANDER_SHARE).length;
  if (alike > 0) {
    const message = 'More than one person. Crop the photo so that only the character is in it.';
    return rejection('several_faces', message, { value: alike + 1, limit: 1 });
  }
  const value = Math.max(0, ...shares);
  if (value < BACKGROUND_SHARE) return undefined;
  const message = 'Another person is in the background. Crop the photo so that only the character is in it.';
  return warning('bystander', message, { value, limit: BACKGROUND_SHARE });
}

function judgeWidth(value: number): Finding | undefined {
  if (value < MIN_FACE_WIDTH) {
    const message = 'The face is too small. Come closer, or crop from a larger original.';
    return rejection('face_too_small', message, { value, limit: MIN_FACE_WIDTH });
  }
  if (value >= WARN_FACE_WIDTH) return undefined;
  const message = 'The face is small. A closer photo trains better.';
  return warning('face_too_small', message, { value, limit: WARN_FACE_WIDTH });
}

function judgeEdges(value: number): Finding | undefined {
  const { rejectOutside, warnOutside } = PHOTO_LIMITS;
  if (value > rejectOutside) {
    const message = 'The face is cut off. Use a photo with eyes, nose and mouth in it.';
    return rejection('face_cut_off', message, { value, limit: rejectOutside });
  }
  if (value <= warnOutside) return undefined;
  const message = 'The edge of the photo cuts into the face. A photo with some space around the face trains better.';
  return warning('face_cut_off', message, { value, limit: warnOutside });
}

/**
 * Whether something covers the face. A covered face is not reliable for identity: it is neither compared with other
 * photos nor used to judge them. Past the largest yaw nothing is known.
 */
export function isCovered({ cover, yaw }: Pick<FaceReading, 'cover' | 'yaw'>): boolean {
  return cover.certainty >= PHOTO_LIMITS.warnCovered && Math.abs(yaw) <= MAX_YAW;
}

const COVERED: Record<CoveredPart, string> = {
  eyes: 'Something covers the eyes, such as dark glasses. A photo that shows them trains better.',
  mouth: 'Something covers the mouth or the nose, such as a mask. A photo that shows them trains better.',
  part: 'Something covers a part of the face. A photo that shows the whole face trains better.',
  blocks: 'The face looks pixelated, so that it cannot be recognised. A photo that shows the face trains better.',
};

function judgeCover(face: FaceReading): Finding | undefined {
  const { warnCovered, rejectPixelated } = PHOTO_LIMITS;
  const { certainty: value, part } = face.cover;
  if (!isCovered(face)) return undefined;
  if (part === 'blocks' && value >= rejectPixelated) {
    const message = 'The face is pixelated. Use the original photo.';
    return rejection('face_covered', message, { value, limit: rejectPixelated });
  }
  return warning('face_covered', COVERED[part], { value, limit: warnCovered });
}

/** A trainer learns what it is shown: faces on their side come out on their side. */
function judgeRoll(roll: number): Finding | undefined {
  const value = Math.abs(roll);
  if (value <= MAX_ROLL) return undefined;
  const turnBy = value > UPSIDE_DOWN ? 180 : roll > 0 ? 270 : 90;
  const way = {
    180: 'is upside down: turn it by 180°',
    270: 'lies on its side: turn it by 90° anticlockwise',
    90: 'lies on its side: turn it by 90° clockwise',
  } as const;
  return rejection('turned', `The photo ${way[turnBy]}.`, { value, limit: MAX_ROLL, turnBy });
}

function judgePose(value: number): Finding | undefined {
  if (value > MAX_YAW) {
    const message = 'The face is turned too far away. Use a photo that shows both eyes.';
    return rejection('face_turned_away', message, { value, limit: MAX_YAW });
  }
  if (value <= WARN_YAW) return undefined;
  return warning('face_turned_away', 'The face is turned far to the side. Add a frontal photo too.', {
    value,
    limit: WARN_YAW,
  });
}

function judgeLight({ brightness, clipped }: FaceReading): Finding | undefined {
  const { rejectDark, warnDark, rejectBright, warnBright, rejectClipped, warnClipped } = PHOTO_LIMITS;
  if (brightness < rejectDark) {
    const message = 'The face is too dark. Use a photo with light on the face.';
    return rejection('badly_lit', message, { value: brightness, limit: rejectDark });
  }
  if (brightness > rejectBright) {
    const message = 'The face is too bright. Use a photo in softer light.';
    return rejection('badly_lit', message, { value: brightness, limit: rejectBright });
  }
  if (clipped > rejectClipped) {
    const message = 'Most of the face is pure black or white. Use a photo in softer light.';
    return rejection('badly_lit', message, { value: clipped, limit: rejectClipped });
  }
  if (brightness < warnDark) {
    const message = 'The face is dark. A photo with more light on the face trains better.';
    return warning('badly_lit', message, { value: brightness, limit: warnDark });
  }
  if (brightness > warnBright) {
    const message = 'The face is very bright. A photo in softer light trains better.';
    return warning('badly_lit', message, { value: brightness, limit: warnBright });
  }
  if (clipped <= warnClipped) return undefined;
  const message = 'Parts of the face are pure black or white. A photo in softer light trains better.';
  return warning('badly_lit', message, { value: clipped, limit: warnClipped });
}

/** A face past these limits shows too little to train on, whatever its size in pixels is. */
function judgeBlur({ blur }: FaceReading, width: number, picture: ReadablePicture): Finding | undefined {
  const { rejectBlur, warnBlur } = PHOTO_LIMITS;
  if (blur < warnBlur) return undefined;
  if (blur < rejectBlur) {
    const message = 'The face is slightly blurred. A sharper photo trains better.';
    return warning('blurred', message, { value: blur, limit: warnBlur });
  }
  const share = Math.min(1, Math.min(width, BLUR_WIDTH) / (SHARP_BLUR_RATIO * blur) / width);
  const shown = `${Math.round(picture.width * share)} × ${Math.round(picture.height * share)}`;
  const message =
    `The face is blurred, or the photo was enlarged: it has no more detail than a photo of about ${shown} pixels. ` +
    'Use the original, or a photo that is sharp on the face.';
  return rejection('blurred', message, { value: blur, limit: rejectBlur });
}
