// A value of jsonb that is not what its column holds never passes for a domain value.

import { expect, test } from 'vitest';
import {
  readDeliveryData,
  readFailedImages,
  readFindings,
  readInput,
  readLora,
  readRescoredSets,
  readResult,
  readScore,
  readScores,
  readSetScores,
  readSwitch,
} from '../../../adapters/supabase/columns.ts';
import type { Json } from '../../../adapters/supabase/database.ts';
import { roundSet } from '../../support/sets.ts';

const seen = { type: 'portrait', imageId: 'i' };
const scored = { ...seen, state: 'scored', score: 91.5, distance: 0.5 };
const compared = { photoId: 'p', distance: 1, score: 80 };
const summary = { calibration: 'v1', scorable: 0, of: 5, passed: false, missed: ['mean', 'worst', 'coverage'] };
const lora = { training: 1, bucket: 'character-loras', key: 'k', sha256: 's', bytes: 7 };
const finding = { code: 'blurred', severity: 'warning', message: 'Soft.' };
const delivery = { identityId: 'i', characterId: 'c', stage: 'ready' };

const GOOD: [name: string, read: (value: Json) => unknown, value: Json][] = [
  ['findings', readFindings, [finding, { ...finding, value: 1, limit: 2, otherPhotoId: 'p', turnBy: 90 }]],
  ['a LoRA', readLora, lora],
  ['a summary', readScores, summary],
  [
    'a summary with everything',
    readSetScores,
    {
      ...summary,
      mean: 91,
      worst: 80,
      references: { count: 3, spread: { median: 0.4, max: 0.9 } },
      heldOut: { photoId: 'p', mean: 88 },
      copies: 1,
    },
  ],
  ['a score', readScore, scored],
  [
    'a score with everything',
    readScore,
    {
      ...scored,
      copyOf: 'p',
      typeFindings: [{ code: 'not_profile', message: 'Frontal.', value: 1, limit: 20 }],
      compared: { nearest: compared, median: compared, farthest: compared },
      centroidDistance: 0.9,
      heldOut: { distance: 1, score: 80 },
    },
  ],
  ['no score', readScore, { ...seen, state: 'not_scorable', reason: 'provider_flagged' }],
  ['failed images', readFailedImages, [{ type: 'profile', code: 'ProviderFailed', message: 'No.' }]],
  ['sets', readRescoredSets, [{ set: { ...roundSet(1) }, images: [scored], scores: summary }]],
  ['a body', readInput, { prompt: 'a', loras: [{ path: 'x' }], seed: null }],
  ['an answer', readResult, {}],
  ['a delivery', readDeliveryData, { ...delivery, round: 2, test: 1 }],
  ['a switch', readSwitch, false],
];

test.each(GOOD)('%s is read as it was written', (_, read, value) => {
  expect(read(value)).toEqual(value);
});

test('what is not there is undefined, where the column may be empty', () => {
  for (const read of [readLora, readScores, readSetScores, readScore, readInput, readResult]) {
    expect(read(null)).toBeUndefined();
  }
});

test("an address of the provider's beside an old LoRA is left out", () => {
  expect(readLora({ ...lora, providerUrl: 'https://v3.fal.media/x' })).toEqual(lora);
});

const BAD: [place: string, read: (value: Json) => unknown, value: Json][] = [
  ['photos.findings.1.code', readFindings, [finding, { ...finding, code: 'secret' }]],
  ['photos.findings', readFindings, 'secret'],
  ['identities.lora.bucket', readLora, { ...lora, bucket: 'secret' }],
  ['identities.scores.mean', readScores, { ...summary, mean: 'secret' }],
  ['picture_sets.scores.missed.0', readSetScores, { ...summary, missed: ['secret'] }],
  ['pictures.score.state', readScore, { ...scored, state: 'secret' }],
  ['pictures.score.distance', readScore, { ...seen, state: 'scored', score: 1 }],
  ['pictures.score.reason', readScore, { ...seen, state: 'not_scorable', reason: 'secret' }],
  ['picture_sets.failed_images.0.code', readFailedImages, [{ type: 'profile', code: 'secret', message: 'No.' }]],
  [
    'rescores.sets.0.images.0.type',
    readRescoredSets,
    [{ set: { ...roundSet(1) }, images: [{ ...scored, type: 's' }], scores: summary }],
  ],
  ['provider_calls.input', readInput, ['secret']],
  ['provider_calls.result', readResult, 'secret'],
  ['webhook_deliveries.data.stage', readDeliveryData, { ...delivery, stage: 'secret' }],
  ['tenant_setting_changes.value', readSwitch, 'secret'],
];

test.each(BAD)('a wrong value is refused at %s, and not repeated', (place, read, value) => {
  expect(() => read(value)).toThrow(
    expect.objectContaining({
      name: 'Failure',
      code: 'Unexpected',
      message: `The database holds a value that this version cannot read: ${place}. Run the version that wrote it, or correct the row.`,
    }),
  );
});
