// Likeness as a number that means something: the distance of two faces, calibrated so that 85 is what 19 of 20 photo
// pairs of one person reach and hardly any pair of two people does. docs/scores.md tells how.

import { BYSTANDER_SHARE, MAX_YAW, MIN_SCORABLE_WIDTH } from './face-limits.ts';
import type { FaceReading, PictureReading } from './photo.ts';
import { analysedWidth } from './photo.ts';
import type { Spread } from './reference-model.ts';
import type { TestType } from './test-suite.ts';
import type { TypeFinding } from './type-findings.ts';

/** A logistic curve over the distance; the version is stored with every score. */
export const CALIBRATION = { version: 'v2', centre: 1.0956, slope: 0.0565 } as const;

/** Below it the face is too soft to say who it is (variance of the Laplacian on the aligned face). */
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
  /** Nothing is left to hold the image against: no reference photo, or none that shows a face. */
  'no_references',
  /** The provider's content checker gave out a black picture in its place. */
  'provider_flagged',
] as const;
export type NotScorableReason = (typeof NOT_SCORABLE_REASONS)[number];

/** What was seen on an image beside its score. Nothing of it changes the score, and empty things are absent. */
interface SeenOnImage {
  type: TestType;
  imageId: string;
  /** The reference photo that the image repeats. */
  copyOf?: string;
  /** What speaks against its being a picture of its type. */
  typeFindings?: TypeFinding[];
}

/** A reference that an image was held against: how far it is, and what the image would score against it alone. */
export interface ComparedReference {
  photoId: string;
  distance: number;
  score: number;
}

/**
 * The references that show what the number judged. The median is the one whose distance the score is made of; where two
 * are in the middle, the distance is their mean, and the farther of them is named.
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
  /** Of the references that count, three. Absent in scores of old. */
  compared?: ComparedReferences;
  /** To the middle of the references: a second opinion, which no score is made of. Absent in scores of old. */
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
  /** How many photos the images were held against, and how far apart these lie themselves. */
  references?: { count: number; spread?: Spread };
  /** The photo that was kept out of the training, and the mean of the scores to it, trimmed as the other. */
  heldOut?: { photoId: string; mean?: number };
  /** The number of images that repeat a reference. */
  copies?: number;
}

/** Whether scores were made with another version than today's: the same number then stands for another likeness. */
export function isOlderVersion(calibration: string): boolean {
  return calibration !== CALIBRATION.version;
}

/** 0–100 for the distance of two descriptors. */
export function scoreOf(distance: number): number {
  return 100 / (1 + Math.exp((distance - CALIBRATION.centre) / CALIBRATION.slope));
}

/** The face to score, or why there is none. A face turned away is told apart from no face at all. */
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

/** The mean without the best and the worst of five or more; of fewer, the mean. Rounded, so that what is shown is judged. */
export function trimmedMean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const kept = sorted.length >= 5 ? sorted.slice(1, -1) : sorted;
  return tenth(kept.reduce((sum, v) => sum + v, 0) / kept.length);
}

/** Scores are shown, stored and judged in tenths. */
export const tenth = (value: number): number => Math.round(value * 10) / 10;
