// The five points of a face that all measurements use, and their places on an aligned face.

import { fitSimilarity, type Point, type RgbImage, type Similarity, warp } from './align.ts';

/** Left and right as the viewer sees them on an upright face. */
export interface FacePoints {
  leftEye: Point;
  rightEye: Point;
  nose: Point;
  leftMouth: Point;
  rightMouth: Point;
}

/** Pixels of a side of the aligned face. */
export const CHIP_SIDE = 112;

/** The template that the descriptor was trained on (insightface, `arcface_dst`). */
const PLACES: FacePoints = {
  leftEye: { x: 38.2946, y: 51.6963 },
  rightEye: { x: 73.5318, y: 51.5014 },
  nose: { x: 56.0252, y: 71.7366 },
  leftMouth: { x: 41.5493, y: 92.3655 },
  rightMouth: { x: 70.7299, y: 92.2041 },
};

/** Always in the same order. */
export function pointsOf({ leftEye, rightEye, nose, leftMouth, rightMouth }: FacePoints): Point[] {
  return [leftEye, rightEye, nose, leftMouth, rightMouth];
}

export function mapPoints(points: FacePoints, move: (point: Point) => Point): FacePoints {
  return {
    leftEye: move(points.leftEye),
    rightEye: move(points.rightEye),
    nose: move(points.nose),
    leftMouth: move(points.leftMouth),
    rightMouth: move(points.rightMouth),
  };
}

/** From the picture to the aligned face. */
export function alignment(points: FacePoints): Similarity {
  return fitSimilarity(pointsOf(points), pointsOf(PLACES));
}

/** The face, upright and of one size. */
export function chipOf(image: RgbImage, points: FacePoints): RgbImage {
  return warp(image, alignment(points), CHIP_SIDE);
}
