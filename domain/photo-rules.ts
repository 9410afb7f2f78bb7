// The photo rules: a verdict for every photo, then for the set. Pure; the readings come from vision. The same code
// answers the pre-flight report of the API and the first step of the workflow.

import {
  BYSTANDER_SHARE,
  MAX_FACE_DISAGREEMENT,
  MAX_YAW,
  MIN_FACE_WIDTH,
  WARN_FACE_WIDTH,
  WARN_YAW,
} from './face-limits.ts';
import type { FaceReading, PictureReading, ReadablePicture, UnreadableProblem } from './photo.ts';
import { analysedWidth, descriptorDistance } from './photo.ts';

export const PHOTO_LIMITS = {
  minPhotos: 3,
  /** The most that a run takes by default, and the most that a setting may raise it to. */
  maxPhotos: 5,
  maxPhotosEver: 20,
  maxBytes: 10 * 1024 * 1024,
  /** Decoded pixels; stops a small file that unpacks to gigabytes. */
  maxPixels: 50_000_000,
  /** Pixels of the shorter side: below the first a photo is refused, below the second it is warned. */
  rejectSide: 256,
  warnSide: 512,
  /** Sharpness of the aligned face; good photos: 5 % are below 160. */
  rejectSharpness: 100,
  warnSharpness: 150,
  /** Distance to the other photos' middle past which it is another person. */
  rejectStranger: 0.6,
  warnStranger: 0.5,
} as const;

export const FINDING_CODES = [
  'unsupported_format',
  'animated',
  'truncated',
  'too_many_bytes',
  'too_many_pixels',
  'corrupt',
  'low_resolution',
  'no_face',
  'several_faces',
  'face_too_small',
  'face_turned_away',
  'blurred',
  'wrong_person',
  'duplicate',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

export type PhotoVerdict = 'accepted' | 'warned' | 'rejected';

export interface Finding {
  code: FindingCode;
  severity: 'warning' | 'rejection';
  /** A sentence that tells what is wrong and what to do. */
  message: string;
  /** What was measured, and the limit that it missed; absent where a number says nothing. */
  value?: number;
  limit?: number;
}

export interface PhotoReport {
  photoId: string;
  verdict: PhotoVerdict;
  findings: Finding[];
}

export interface SetReport {
  photos: PhotoReport[];
  /** Ids of the photos that training may use, in the order given. */
  accepted: string[];
  /** True when a run may go on to spend money. */
  sufficient: boolean;
  /** Why not; absent when sufficient. */
  problem?: { code: 'too_few_photos' | 'too_many_photos' | 'wrong_person'; message: string };
}

const UNREADABLE_TEXT: Record<UnreadableProblem, string> = {
  unsupported_format: 'Format not supported. Use a JPEG, PNG or WebP photo.',
  animated: 'Format not supported: an animation. Use a single photo.',
  truncated: 'The file is cut off. Upload it again from the original.',
  too_many_bytes: 'The file is larger than 10 MB. Export it smaller, about 2000 pixels wide.',
  too_many_pixels: 'The picture has more than 50 million pixels. Export it smaller, about 2000 pixels wide.',
  corrupt: 'The file cannot be read as a picture. Open it in a photo program and save it again.',
};

const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

function rejection(code: FindingCode, message: string, value?: number, limit?: number): Finding {
  return finding('rejection', code, message, value, limit);
}

function warning(code: FindingCode, message: string, value?: number, limit?: number): Finding {
  return finding('warning', code, message, value, limit);
}

function finding(
  severity: Finding['severity'],
  code: FindingCode,
  message: string,
  value: number | undefined,
  limit: number | undefined,
): Finding {
  return {
    code,
    severity,
    message,
    ...(value === undefined ? {} : { value: round(value) }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function verdictOf(findings: readonly Finding[]): PhotoVerdict {
  if (findings.some((f) => f.severity === 'rejection')) return 'rejected';
  return findings.length > 0 ? 'warned' : 'accepted';
}

/** The face that a photo is about, or none: the largest that detector and landmarks agree on. */
export function mainFace(reading: ReadablePicture): FaceReading | undefined {
  return reading.faces.find(isFace);
}

/** Past the largest yaw the landmarks are unsure by themselves, so that their disagreement says nothing. */
function isFace(face: FaceReading): boolean {
  return Math.abs(face.yaw) > MAX_YAW || face.disagreement <= MAX_FACE_DISAGREEMENT;
}

/** What one photo breaks by itself; empty when nothing. */
export function judgePhoto(reading: PictureReading): Finding[] {
  if (!reading.readable) {
    const value = reading.problem === 'too_many_bytes' ? reading.bytes : undefined;
    const limit = reading.problem === 'too_many_bytes' ? PHOTO_LIMITS.maxBytes : undefined;
    return [rejection(reading.problem, UNREADABLE_TEXT[reading.problem], value, limit)];
  }
  return [...judgeSize(reading), ...judgeFace(reading)];
}

function judgeSize(reading: ReadablePicture): Finding[] {
  const side = Math.min(reading.width, reading.height);
  if (side >= PHOTO_LIMITS.warnSide) return [];
  const message = `Low resolution: ${reading.width} × ${reading.height}. Use a photo of at least 512 × 512 pixels.`;
  if (side >= PHOTO_LIMITS.rejectSide) return [warning('low_resolution', message, side, PHOTO_LIMITS.warnSide)];
  return [rejection('low_resolution', message, side, PHOTO_LIMITS.rejectSide)];
}

function judgeFace(reading: ReadablePicture): Finding[] {
  const face = mainFace(reading);
  if (!face) return [rejection('no_face', 'No face found. Use a photo that shows the face clearly.')];
  const findings: Finding[] = [];
  const others = reading.faces.filter(
    (other) => other !== face && isFace(other) && other.box.width >= face.box.width * BYSTANDER_SHARE,
  );
  if (others.length > 0) {
    const message = 'More than one person. Crop the photo so that only the character is in it.';
    findings.push(rejection('several_faces', message, others.length + 1, 1));
  }
  const width = analysedWidth(face, reading);
  if (width < MIN_FACE_WIDTH) {
    const message = 'The face is too small. Come closer, or crop from a larger original.';
    findings.push(rejection('face_too_small', message, width, MIN_FACE_WIDTH));
  } else if (width < WARN_FACE_WIDTH) {
    findings.push(
      warning('face_too_small', 'The face is small: a closer photo trains better.', width, WARN_FACE_WIDTH),
    );
  }
  const yaw = Math.abs(face.yaw);
  if (yaw > MAX_YAW) {
    const message = 'The face is turned too far away. Use a photo that shows both eyes.';
    findings.push(rejection('face_turned_away', message, yaw, MAX_YAW));
  } else if (yaw > WARN_YAW) {
    findings.push(warning('face_turned_away', 'The face is turned far: add a frontal photo too.', yaw, WARN_YAW));
  }
  if (face.sharpness < PHOTO_LIMITS.rejectSharpness) {
    const message = 'The face is blurred. Use a photo that is sharp on the face.';
    findings.push(rejection('blurred', message, face.sharpness, PHOTO_LIMITS.rejectSharpness));
  } else if (face.sharpness < PHOTO_LIMITS.warnSharpness) {
    const message = 'The face is a little soft: a sharper photo trains better.';
    findings.push(warning('blurred', message, face.sharpness, PHOTO_LIMITS.warnSharpness));
  }
  return findings;
}

export interface PhotoInSet {
  photoId: string;
  reading: PictureReading;
}

/**
 * Judges every photo, then the set: the same file twice, and the one who is not like the rest. `sufficient` is false
 * when too few are left, and also when a photo of another person is among them: who is meant is then for the
 * person to say, before any money is spent.
 */
export function judgeSet(photos: readonly PhotoInSet[], limits: { maxPhotos: number }): SetReport {
  const findings = new Map<string, Finding[]>(photos.map((p) => [p.photoId, judgePhoto(p.reading)]));
  const add = (photoId: string, f: Finding) => findings.get(photoId)?.push(f);

  const firstBySha = new Map<string, string>();
  for (const { photoId, reading } of photos) {
    if (!reading.readable) continue;
    if (firstBySha.has(reading.sha256)) {
      add(photoId, rejection('duplicate', 'The same file as another photo of the set. Use a different photo.'));
    } else firstBySha.set(reading.sha256, photoId);
  }

  const usable = photos.filter(({ photoId }) => verdictOf(findings.get(photoId) ?? []) !== 'rejected');
  for (const [photoId, distance] of strangers(usable)) {
    const { rejectStranger, warnStranger } = PHOTO_LIMITS;
    if (distance > rejectStranger) {
      const message = 'This looks like another person than the other photos. Replace it, or remove it.';
      add(photoId, rejection('wrong_person', message, distance, rejectStranger));
    } else if (distance > warnStranger) {
      add(
        photoId,
        warning(
          'wrong_person',
          'This looks less like the rest: check that it is the same person.',
          distance,
          warnStranger,
        ),
      );
    }
  }

  const reports = photos.map(({ photoId }): PhotoReport => {
    const own = findings.get(photoId) ?? [];
    return { photoId, verdict: verdictOf(own), findings: own };
  });
  const accepted = reports.filter((r) => r.verdict !== 'rejected').map((r) => r.photoId);
  const problem = setProblem(reports, accepted.length, limits.maxPhotos);
  return { photos: reports, accepted, sufficient: problem === undefined, ...(problem ? { problem } : {}) };
}

function setProblem(reports: readonly PhotoReport[], accepted: number, maxPhotos: number): SetReport['problem'] {
  const isStranger = (r: PhotoReport) =>
    r.findings.some((f) => f.code === 'wrong_person' && f.severity === 'rejection');
  if (reports.some(isStranger)) {
    return {
      code: 'wrong_person',
      message: 'Not all photos show the same person. Replace or remove the photos that are named.',
    };
  }
  if (accepted < PHOTO_LIMITS.minPhotos) {
    const message = `At least ${PHOTO_LIMITS.minPhotos} reference images required: ${accepted} of ${reports.length} can be used.`;
    return { code: 'too_few_photos', message };
  }
  if (reports.length > maxPhotos) {
    return { code: 'too_many_photos', message: `At most ${maxPhotos} reference images: ${reports.length} were given.` };
  }
  return undefined;
}

/**
 * The distance of each photo to the rest: the median of its distances to the others, so that one stranger does not
 * make the others look strange too. With two photos or fewer nobody can be told apart.
 */
function strangers(photos: readonly PhotoInSet[]): [photoId: string, distance: number][] {
  const faces = photos.flatMap(({ photoId, reading }) => {
    const face = reading.readable ? mainFace(reading) : undefined;
    return face ? [{ photoId, descriptor: face.descriptor }] : [];
  });
  if (faces.length < 3) return [];
  return faces.map(({ photoId, descriptor }) => {
    const distances = faces
      .filter((o) => o.photoId !== photoId)
      .map((o) => descriptorDistance(descriptor, o.descriptor));
    return [photoId, lowerMedian(distances)];
  });
}

/** The lower of the two middle values: of three photos, the two that belong together are enough. */
function lowerMedian(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
