// Likeness as a number: the distance of two faces, calibrated so that 19 of 20 photo pairs of one person reach 85 and
// hardly any pair of two people does. docs/scores.md has the calibration.

import { BYSTANDER_SHARE, MAX_YAW, MIN_SCORABLE_WIDTH } from './face-limits.ts';
import type { FaceReading, PictureReading } from './photo.ts';
import { analysedWidth } from './photo.ts';
import type { Spread } from './reference-model.ts';
import type { TestType } from './test-suite.ts';
import type { TypeFinding } from './type-findings.ts';

/** A logistic curve over the distance; the version is stored with every score. */
export const CALIBRATION = { version: 'v2', centre: 1.0956, slope: 0.0565 } as const;

/** Below it the face is too soft to be identified (variance of the Laplacian on the aligned face). */
export const MIN_SCORABLE_SHARPNESS = 30;

/** What a set of test images has to reach: all three. */
export const GATE = { mean: 85, worst: 50, scorable: 3 } as const;

export const NOT_SCORABLE_REASONS = [
  'no_face',
  'too_small',
  'extreme_pose',
  'too_blurred',
  'multiple_faces',
  'unreadable',
  /** There is no reference to compare with: no photo, or none that shows a face. */
  'no_references',
  /** The provider's content checker returned a black picture. */
  'provider_flagged',
] as const;
export type NotScorableReason = (typeof NOT_SCORABLE_REASONS)[number];

/** Further findings on an image. They do not change the score; empty ones are absent. */
interface SeenOnImage {
  type: TestType;
  imageId: string;
  /** The reference photo that the image repeats. */
  copyOf?: string;
  /** Signs that it is not a picture of its type. */
  typeFindings?: TypeFinding[];
}

/** A reference of an image: its distance, and the image's score against it alone. */
export interface ComparedReference {
  photoId: string;
  distance: number;
  score: number;
}

/**
 * The references behind the score. The score is made of the distance of the median reference. Where two are in the
 * middle, the distance is their mean, and the farther of them is named.
 */
export interface ComparedReferences {
  nearest: ComparedReference;
  median: ComparedReference;
  farthest: ComparedReference;
}

interface ScoredImage extends SeenOnImage {
  state: 'scored';
  score: number;
  /** The median of the distances to the references: what the score is made of. */
  distance: number;
  /** Of the references that count, three. Absent in old scores. */
  compared?: ComparedReferences;
  /** Distance to the centroid of the references: a second opinion, not part of the score. Absent in old scores. */
  centroidDistance?: number;
  /** The distance to the photo that the training never saw, and its score. Absent when none was kept out. */
  heldOut?: { distance: number; score: number };
}

export type ImageScore = ScoredImage | (SeenOnImage & { state: 'not_scorable'; reason: NotScorableReason });

/** Numbers of a round. Those that came later are optional: older summaries, in rows and open runs, lack them. */
export interface ScoreSummary {
  /** The calibration that these scores were made with. */
  calibration: string;
  /** Trimmed mean, 0–100; absent when nothing could be scored. */
  mean?: number;
  worst?: number;
  /** How many images could be scored, and of how many. */
  scorable: number;
  of: number;
  passed: boolean;
  /** Why the gate did not pass; empty when it did. */
  missed: ('mean' | 'worst' | 'coverage')[];
  /** The number of references, and their own spread. */
  references?: { count: number; spread?: Spread };
  /** The photo that was kept out of the training, and the mean of the scores to it, trimmed as the other. */
  heldOut?: { photoId: string; mean?: number };
  /** The number of images that repeat a reference. */
  copies?: number;
}

/** Whether scores are of another version than today's: the same number then means another likeness. */
export function isOlderVersion(calibration: string): boolean {
  return calibration !== CALIBRATION.version;
}

/** 0–100 for the distance of two descriptors. */
export function scoreOf(distance: number): number {
  return 100 / (1 + Math.exp((distance - CALIBRATION.centre) / CALIBRATION.slope));
}

/** The face to score, or why there is none. A face turned away has a reason of its own. */
export function scorableFace(picture: PictureReading): FaceReading | NotScorableReason {
  if (!picture.readable) return 'unreadable';
  const face = picture.faces[0];
  if (!face) return 'no_face';
  if (Math.abs(face.yaw) > MAX_YAW) return 'extreme_pose';
  const second = picture.faces[1];
  if (second && second.box.width >= face.box.width * BYSTANDER_SHARE) return 'multiple_faces';
  if (analysedWidth(face, picture) < MIN_SCORABLE_WIDTH) return 'too_small';
  if (face.sharpness < MIN_SCORABLE_SHARPNESS) return 'too_blurred';
  return face;
}

/** Sums a round up and holds it against the gate, which asks for the scores alone. */
export function summarise(images: readonly ImageScore[]): ScoreSummary {
  const scores = images.flatMap((image) => (image.state === 'scored' ? [image.score] : []));
  const mean = trimmedMean(scores);
  const worst = scores.length > 0 ? Math.min(...scores) : undefined;
  const missed: ScoreSummary['missed'] = [];
  if (mean === undefined || mean < GATE.mean) missed.push('mean');
  if (worst === undefined || worst < GATE.worst) missed.push('worst');
  if (scores.length < GATE.scorable) missed.push('coverage');
  return {
    calibration: CALIBRATION.version,
    ...(mean === undefined ? {} : { mean }),
    ...(worst === undefined ? {} : { worst }),
    scorable: scores.length,
    of: images.length,
    passed: missed.length === 0,
    missed,
    copies: images.filter(({ copyOf }) => copyOf !== undefined).length,
  };
}

/** The mean without the best and the worst of five or more, rounded, so that the gate uses the shown number. */
export function trimmedMean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const kept = sorted.length >= 5 ? sorted.slice(1, -1) : sorted;
  return tenth(kept.reduce((sum, v) => sum + v, 0) / kept.length);
}

/** Scores are shown, stored and compared in tenths. */
export const tenth = (value: number): number => Math.round(value * 10) / 10;
