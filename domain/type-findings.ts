// Whether a test image shows what its type asks for, by its reading. These are hints for the reviewer and change no
// score. docs/scores.md lists what they cannot detect.

import { hashDistance } from './hash-distance.ts';
import type { FaceReading, ReadablePicture } from './photo.ts';
import type { TestType } from './test-suite.ts';

/**
 * Measured on suite pictures of the sandbox's, drawn from photos of one man (docs/scores.md). Heights and places are
 * shares of the picture's height; the detector's box reaches from the hairline to the chin, 1.4 times as high as wide.
 */
export const TYPE_LIMITS = {
  /** Head and shoulders: portraits have 0.52–0.58. */
  portraitFace: 0.25,
  /** Head to toe: 0.13. */
  fullbodyFace: 0.15,
  /** The face's middle: the feet have no room in the picture when it is lower. */
  fullbodyMiddle: 0.5,
  /** Degrees: the suite's three-quarter views have 24 and more. */
  profileYaw: 20,
  /** Mean brightness of the face, 0–255: side light changes it by 39 and more, frames of one scene by 16 at most. */
  lightBrightness: 16,
  /** Share of the face without any detail left: hard light burns out or drowns a part of it. */
  lightClipped: 0.05,
  /** Bits of the perceptual hash: a picture saved anew differs in 5 at most, one drawn from the same photo in 9. */
  pictureBits: 12,
} as const;

export const TYPE_FINDING_CODES = ['face_not_large', 'not_fullbody', 'not_profile', 'same_as_portrait'] as const;

export interface TypeFinding {
  code: (typeof TYPE_FINDING_CODES)[number];
  message: string;
  /** The measured value, and the limit that it missed. */
  value: number;
  limit: number;
}

/** A picture with the face that is scored in it. */
export interface FacedPicture {
  picture: ReadablePicture;
  face: FaceReading;
}

/** Empty without a sign against the type. Without a portrait of the same round nothing is compared with it. */
export function typeFindings(type: TestType, shown: FacedPicture, portrait: FacedPicture | undefined): TypeFinding[] {
  const { picture, face } = shown;
  switch (type) {
    case 'portrait':
      return face.box.height / picture.height >= TYPE_LIMITS.portraitFace ? [] : [smallFace(shown)];
    case 'fullbody':
      return fullbodyFindings(shown);
    case 'profile':
      return Math.abs(face.yaw) >= TYPE_LIMITS.profileYaw ? [] : [frontal(face)];
    case 'lighting':
      return portrait ? lightFindings(face, portrait.face) : [];
    case 'expression':
      return portrait ? expressionFindings(picture, portrait.picture) : [];
  }
}

function smallFace({ picture, face }: FacedPicture): TypeFinding {
  const message = 'The face is small for a portrait. The picture may show more than head and shoulders.';
  return finding('face_not_large', message, face.box.height / picture.height, TYPE_LIMITS.portraitFace);
}

function fullbodyFindings({ picture, face }: FacedPicture): TypeFinding[] {
  const height = face.box.height / picture.height;
  const middle = (face.box.y + face.box.height / 2) / picture.height;
  if (height > TYPE_LIMITS.fullbodyFace) {
    const message = 'The face is large for a full body. The picture may not show the feet.';
    return [finding('not_fullbody', message, height, TYPE_LIMITS.fullbodyFace)];
  }
  if (middle <= TYPE_LIMITS.fullbodyMiddle) return [];
  const message = 'The face is low in the picture. There may be no room for a standing body.';
  return [finding('not_fullbody', message, middle, TYPE_LIMITS.fullbodyMiddle)];
}

function frontal(face: FaceReading): TypeFinding {
  const message = 'The face looks into the camera. The head is hardly turned to the side.';
  return finding('not_profile', message, Math.abs(face.yaw), TYPE_LIMITS.profileYaw);
}

function lightFindings(face: FaceReading, portrait: FaceReading): TypeFinding[] {
  const brightness = Math.abs(face.brightness - portrait.brightness);
  const clipped = Math.abs(face.clipped - portrait.clipped);
  if (brightness > TYPE_LIMITS.lightBrightness || clipped > TYPE_LIMITS.lightClipped) return [];
  const message = 'The face is as bright as in the portrait. Check that the light differs.';
  return [finding('same_as_portrait', message, brightness, TYPE_LIMITS.lightBrightness)];
}

function expressionFindings(picture: ReadablePicture, portrait: ReadablePicture): TypeFinding[] {
  const bits = hashDistance(picture.phash, portrait.phash);
  if (bits > TYPE_LIMITS.pictureBits) return [];
  const message = 'Nearly the same picture as the portrait. Check that the expression differs.';
  return [finding('same_as_portrait', message, bits, TYPE_LIMITS.pictureBits)];
}

function finding(code: TypeFinding['code'], message: string, value: number, limit: number): TypeFinding {
  return { code, message, value: Math.round(value * 100) / 100, limit };
}
