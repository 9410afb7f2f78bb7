// Identities in answers: the state of a run, with its cost and its links.

import { z } from '@hono/zod-openapi';
import { NEXT_STEPS, REFUSAL_CODES } from '../../domain/decision.ts';
import { FAILURES, type FailureCode } from '../../domain/failure.ts';
import { CURRENCY } from '../../domain/money.ts';
import { NOT_SCORABLE_REASONS } from '../../domain/score.ts';
import { TEST_SUITES, TEST_TYPES } from '../../domain/test-suite.ts';
import { TYPE_FINDING_CODES } from '../../domain/type-findings.ts';
import { CALL_PURPOSES } from '../call-purpose.ts';
import { Budget, Currency } from './budget.ts';
import { Id, NextCursor, StageName, Time } from './common.ts';
import { EXAMPLES } from './examples.ts';
import { ExpectedTime } from './expected-time.ts';
import { PhotoVerdict } from './photo.ts';
import { Subject, TriggerPhrase } from './subject.ts';

const FailureName = z.enum(Object.keys(FAILURES) as [FailureCode, ...FailureCode[]]);
const Type = z.enum(TEST_TYPES);

const SeenOnImage = z.object({
  type: Type,
  imageId: z.string(),
  copyOf: z
    .string()
    .optional()
    .openapi({ description: 'The reference photo that the image repeats. It does not change the score.' }),
  typeFindings: z
    .array(z.object({ code: z.enum(TYPE_FINDING_CODES), message: z.string(), value: z.number(), limit: z.number() }))
    .optional()
    .openapi({ description: 'Reasons to doubt that the image shows its test type. They do not change the score.' }),
});

const Compared = z
  .object({ photoId: z.string(), distance: z.number(), score: z.number() })
  .openapi('ComparedReference', {
    description: 'A reference that the image was compared with. `score` is the score against this reference alone.',
  });

export const Score = z
  .discriminatedUnion('state', [
    SeenOnImage.extend({
      state: z.literal('scored'),
      score: z.number(),
      distance: z
        .number()
        .openapi({ description: 'Median of the distances to the references. The score is computed from it.' }),
      compared: z.object({ nearest: Compared, median: Compared, farthest: Compared }).optional().openapi({
        description:
          'Three of the references that count. `median` has the distance that the score is computed from. When two references are in the middle, the distance is their mean, and the farther of the two is named.',
      }),
      centroidDistance: z
        .number()
        .optional()
        .openapi({ description: 'Distance to the centroid of the references: a second measure.' }),
      heldOut: z
        .object({ distance: z.number(), score: z.number() })
        .optional()
        .openapi({ description: 'Compared with the photo that was held out of the training.' }),
    }),
    SeenOnImage.extend({
      state: z.literal('not_scorable'),
      reason: z.enum(NOT_SCORABLE_REASONS),
    }),
  ])
  .openapi('ImageScore');

export const ScoreSummary = z
  .object({
    calibration: z.string().openapi({ description: 'The version of the scores.' }),
    mean: z.number().optional(),
    worst: z.number().optional(),
    scorable: z.number().int(),
    of: z.number().int(),
    passed: z.boolean(),
    missed: z.array(z.enum(['mean', 'worst', 'coverage'])),
    references: z
      .object({
        count: z.number().int(),
        spread: z
          .object({ median: z.number(), max: z.number() })
          .optional()
          .openapi({ description: 'The distances between the references.' }),
      })
      .optional(),
    heldOut: z
      .object({ photoId: z.string(), mean: z.number().optional() })
      .optional()
      .openapi({ description: 'The photo that was held out of the training, and the mean of the scores against it.' }),
    copies: z.number().int().optional().openapi({ description: 'The number of images that repeat a reference.' }),
  })
  .openapi('ScoreSummary');

const Decision = z.object({
  at: Time,
  decision: z.object({
    decisionId: z.string(),
    round: z.number().int(),
    verdict: z.enum(['approve', 'reject']),
    next: z.enum(NEXT_STEPS).optional(),
    reason: z.string().optional(),
    by: z.string(),
    via: z.enum(['signal', 'update']),
  }),
});

const Ignored = z.object({
  name: z.enum(['approveIdentity', 'rejectIdentity']),
  refusal: z.object({ code: z.enum(REFUSAL_CODES), message: z.string() }),
  at: Time,
});

export const UnclearCall = z
  .object({
    callKey: z.string(),
    purpose: z.enum(CALL_PURPOSES),
    endpoint: z.string(),
    estimateUsd: z.number(),
    postedAt: Time,
    attempts: z.number().int(),
    reason: z.string().optional().openapi({ description: 'Why it is unclear.' }),
  })
  .openapi('UnclearCall');

export const TestImage = z.object({
  type: Type,
  imageId: z.string(),
  seed: z.number().int().optional(),
  sha256: z.string().optional(),
  score: Score.optional(),
  links: z.object({ content: z.string() }),
});

export const FailedImage = z.object({ type: Type, code: FailureName, message: z.string() });

export const Identity = z
  .object({
    identityId: Id,
    characterId: Id,
    source: z.enum(['run', 'record']).openapi({
      description:
        '`run`: the state comes from the run. `record`: the run is no longer kept, and the state comes from the database.',
    }),
    provider: z.enum(['fal', 'sandbox']).openapi({ description: '`sandbox`: nothing is trained and nothing is paid.' }),
    stage: StageName,
    revision: z.number().int().openapi({ description: 'Rises with every change. 0 when the source is `record`.' }),
    startedAt: Time,
    stageSince: Time,
    expected: ExpectedTime.optional().openapi({ description: 'Present during the training. Count from `stageSince`.' }),
    round: z.number().int(),
    training: z.number().int(),
    triggerWord: z.string(),
    triggerPhrase: TriggerPhrase,
    subject: Subject.optional().openapi({
      description:
        'The subject of the character at the start of the run. Absent for an identity that started without a class noun.',
    }),
    testSuite: z.enum(TEST_SUITES).openapi({ description: 'The prompts and seeds of its test images.' }),
    referenceStrength: z
      .number()
      .int()
      .openapi({ description: '0–100, the strength that the images below were made with.' }),
    photos: z.array(PhotoVerdict),
    references: z.array(z.object({ photoId: Id, links: z.object({ content: z.string() }) })).openapi({
      description:
        'The accepted photos, which the identity is trained on and scored against. The identity keeps copies: they remain when the photos are deleted.',
    }),
    heldOut: Id.optional().openapi({
      description: 'The photo that is held out of the training, when there are five or more.',
    }),
    photoProblem: z
      .object({
        code: z.enum(['too_few_photos', 'too_many_photos', 'wrong_person', 'unknown_photos']),
        message: z.string(),
      })
      .optional(),
    lora: z.object({ training: z.number().int(), sha256: z.string(), bytes: z.number().int() }).optional(),
    images: z.array(TestImage),
    failedImages: z.array(FailedImage),
    scores: ScoreSummary.optional(),
    tries: z
      .array(
        z.object({
          strength: z.number().int(),
          scores: ScoreSummary,
          images: z.array(TestImage),
          failedImages: z.array(FailedImage),
        }),
      )
      .openapi({ description: 'When the round missed the gate: each reference strength that was tried.' }),
    trying: z.number().int().optional().openapi({ description: 'The strength that is being tried.' }),
    waiting: z.object({ since: Time, expiresAt: Time, reminders: z.number().int(), escalated: z.boolean() }).optional(),
    unclearCalls: z.array(z.string()),
    unclear: z.array(UnclearCall).openapi({ description: 'The `unclearCalls`, each with its data from the ledger.' }),
    decisions: z.array(Decision),
    ignored: z.array(Ignored),
    version: z.number().int().optional(),
    failure: z.object({ code: FailureName, message: z.string() }).optional(),
    closeReason: z.string().optional(),
    cost: z
      .object({ estimated: z.number(), reserved: z.number(), charged: z.number(), currency: Currency })
      .openapi({ description: 'US dollars. `estimated` is for one training and one round of images.' }),
    links: z.object({ self: z.string(), temporal: z.string().optional() }),
  })
  .openapi('Identity', { example: EXAMPLES.identity });
export type Identity = z.infer<typeof Identity>;

const IdentityItem = z
  .object({
    identityId: Id,
    characterId: Id,
    stage: StageName,
    version: z.number().int().optional(),
    referenceStrength: z.number().int(),
    createdAt: Time,
    closedAt: Time.optional(),
    closeReason: z.string().optional(),
    links: z.object({ self: z.string() }),
  })
  .openapi('IdentityItem', { example: EXAMPLES.identityItem });
export type IdentityItem = z.infer<typeof IdentityItem>;

export const IdentityPage = z
  .object({ items: z.array(IdentityItem), nextCursor: NextCursor })
  .openapi('IdentityPage', { example: EXAMPLES.identityPage });

export const CostEstimate = z
  .object({
    training: z.number(),
    testImages: z.number(),
    total: z.number(),
    rescueMax: z.number().openapi({
      description: 'The most that other strengths can add to the cost when a round misses the gate.',
    }),
    currency: Currency,
    budget: Budget.pick({ cap: true, reserved: true, charged: true, left: true })
      .extend({
        warning: z.boolean().openapi({ description: 'With this run, 80 % or more of the cap would be in use.' }),
      })
      .openapi({ description: "The tenant's month before this run, in dollars." }),
  })
  .openapi('CostEstimate', {
    example: {
      training: 2,
      testImages: 0.35,
      total: 2.35,
      rescueMax: 0.7,
      currency: CURRENCY,
      budget: { cap: 200, reserved: 2, charged: 40.25, left: 157.75, warning: false },
    },
  });
export type CostEstimate = z.infer<typeof CostEstimate>;
