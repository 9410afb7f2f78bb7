// Scores as the API answers them: today's with all that was seen, older ones as they were stored.

import { expect, it } from 'vitest';
import { Identity } from '../../../api/schemas/identity.ts';
import { referenceModel, referencesOf } from '../../../domain/reference-model.ts';
import type { ImageScore, ScoreSummary } from '../../../domain/score.ts';
import { scoreRound } from '../../../domain/score-round.ts';
import { descriptorAt, face, picture } from '../../support/readings.ts';

const { images, scores } = Identity.shape;
const answered = (score: ImageScore) => [
  { type: score.type, imageId: score.imageId, score, links: { content: '/v1/test-images/1' } },
];

it('answers all that a round says of its images', () => {
  const photos = [0.1, 0.3, 0.3].map((distance, i) => ({
    photoId: `r${i}`,
    reading: picture({ name: `r${i}`, faces: [face({ descriptor: descriptorAt(i, distance) })] }),
  }));
  const reading = picture({ name: 'test', faces: [face({ yaw: 3, descriptor: descriptorAt(0, 0) })] });
  const image = { type: 'profile', imageId: 'image-1', reading } as const;
  const { scores: made, summary } = scoreRound([image], referenceModel(referencesOf(photos)), 'r1');
  const [score] = made;
  if (!score) throw new Error('no score');
  expect(Object.keys(score)).toEqual(expect.arrayContaining(['copyOf', 'typeFindings', 'centroidDistance', 'heldOut']));
  expect(Object.keys(summary)).toEqual(expect.arrayContaining(['copies', 'references', 'heldOut', 'calibration']));
  // zod drops what the schema does not know: equal means that all of it is known.
  expect(images.parse(answered(score))).toEqual(answered(score));
  expect(scores.parse(summary)).toEqual(summary);
});

it('answers scores of another calibration, from before there was more than the score, as they are', () => {
  const score = { type: 'portrait', imageId: 'image-1', state: 'scored', score: 91.2, distance: 0.44 } as const;
  const old: ScoreSummary = {
    calibration: 'v0',
    mean: 91.2,
    worst: 91.2,
    scorable: 1,
    of: 1,
    passed: false,
    missed: ['coverage'],
  };
  expect(images.parse(answered(score))).toEqual(answered(score));
  expect(scores.parse(old)).toEqual(old);
});
