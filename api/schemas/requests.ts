// Requests about identities: start, decide, replace photos, settle a payment.

import { z } from '@hono/zod-openapi';
import { NEXT_STEPS } from '../../domain/decision.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { TRAINING_STEPS } from '../../domain/settings.ts';
import { Id, PageQuery, StageName } from './common.ts';
import { EXAMPLES } from './examples.ts';
import { chosenId, text } from './text.ts';

const MAX_TEXT = 500;
/** Far above any number of rounds that a run can have. */
const MAX_ROUND = 1000;
const KEY = /^[\x21-\x7e]{1,200}$/;
const KEY_RULE = '1 to 200 visible ASCII characters without a space';

const PhotoIds = z
  .array(Id)
  .max(PHOTO_LIMITS.maxPhotosEver)
  .refine((ids) => new Set(ids).size === ids.length, 'names a photo twice')
  .openapi({ minItems: PHOTO_LIMITS.minPhotos, uniqueItems: true });

/** Optional to the validator, so that the problem of a missing key can say the next step. */
const keyHeaders = (required: string, example: string, always = false) =>
  z.object({
    'idempotency-key': z
      .string()
      .regex(KEY, `is not ${KEY_RULE}`)
      .optional()
      .openapi({
        example,
        ...(always ? { param: { required: true } } : {}),
        description: `${required}: ${KEY_RULE}. The same key with the same request starts and pays once, and gets the same answer. With another request it is refused.`,
      }),
  });
export const StartHeaders = keyHeaders('Required unless dryRun', 'mara-1');
export const StillsHeaders = keyHeaders('Required unless dryRun', 'scene-4');
export const TestHeaders = keyHeaders('Required', 'mara-1-again', true);

export const StartQuery = z.object({
  dryRun: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: '`true`: the answer is the cost, and nothing is started.' }),
});

export const StartIdentity = z
  .strictObject({
    photoIds: PhotoIds.optional().openapi({ description: 'When absent, all photos of the character.' }),
    referenceStrength: z.number().int().min(0).max(100).optional(),
    trainingSteps: z.number().int().min(TRAINING_STEPS.min).max(TRAINING_STEPS.max).optional(),
  })
  .openapi('StartIdentity', { example: { referenceStrength: 80, trainingSteps: TRAINING_STEPS.default } });

export const IdentityQuery = PageQuery.extend({ stage: StageName.optional(), characterId: Id.optional() });

const Round = z.number().int().min(1).max(MAX_ROUND).openapi({ description: 'The round whose images were looked at.' });
const DecisionId = chosenId({ max: MAX_TEXT }).openapi({
  description:
    'The id of one decision about one round. Sent again, it counts once. Use a new one for every decision, such as a UUID.',
});
const Reason = text({ max: MAX_TEXT, lines: true }).optional();
const Next = z.enum(NEXT_STEPS).default('abandon');

export const Approve = z
  .strictObject({ round: Round, decisionId: DecisionId.optional(), reason: Reason })
  .openapi('Approve', { example: { round: 1 } });

export const Reject = z
  .strictObject({ round: Round, decisionId: DecisionId.optional(), reason: Reason, next: Next })
  .openapi('Reject', { example: { round: 1, next: 'regenerate', reason: 'The profile looks like someone else.' } });

const decision = { decisionId: DecisionId, round: Round, reason: Reason };
export const Decide = z
  .discriminatedUnion('verdict', [
    z.strictObject({ ...decision, verdict: z.literal('approve') }),
    z.strictObject({ ...decision, verdict: z.literal('reject'), next: Next }),
  ])
  .openapi('Decide', { example: { decisionId: EXAMPLES.decisionSent.decisionId, round: 1, verdict: 'approve' } });

export const DecisionSent = z
  .object({ identityId: Id, round: z.number().int(), decisionId: z.string(), links: z.object({ self: z.string() }) })
  .openapi('DecisionSent', {
    description: 'The decision was sent to the run. `decisions` or `ignored` of the identity show whether it counts.',
    example: EXAMPLES.decisionSent,
  });

export const ReplacePhotos = z.strictObject({ photoIds: PhotoIds }).openapi('ReplacePhotos', {
  description: 'All photos that the run shall use from now on.',
  example: EXAMPLES.replacePhotos,
});

const CallKey = chosenId({ max: MAX_TEXT }).openapi({ description: 'One of `unclearCalls`.' });
export const SettleCall = z
  .discriminatedUnion('outcome', [
    z.strictObject({
      callKey: CallKey,
      outcome: z
        .literal('adopt')
        .openapi({ description: 'The provider accepted the request: this is its request id.' }),
      requestId: chosenId({ max: MAX_TEXT }),
    }),
    z.strictObject({
      callKey: CallKey,
      outcome: z
        .literal('not_charged')
        .openapi({ description: 'The provider does not have the request: it is posted again.' }),
    }),
    z.strictObject({
      callKey: CallKey,
      outcome: z
        .literal('give_up')
        .openapi({ description: 'The run ends, or goes on without that image. The estimate counts as charged.' }),
    }),
  ])
  .openapi('SettleCall', { example: { callKey: '…/train/1', outcome: 'not_charged' } });

export const CancelSent = z.object({ identityId: Id, links: z.object({ self: z.string() }) }).openapi('CancelSent', {
  description: 'The run was asked to stop. It first stops and settles what is open. Its stage shows when it has ended.',
  example: EXAMPLES.cancelSent,
});
