// Tests on request, in requests and answers.

import { z } from '@hono/zod-openapi';
import { RETEST_STATES } from '../../domain/steps.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import { Id, NextCursor, PageQuery, Time } from './common.ts';
import { EXAMPLES } from './examples.ts';
import { FailedImage, ScoreSummary, TestImage, UnclearCall } from './identity.ts';

export const StartTest = z
  .strictObject({
    types: z
      .array(z.enum(TEST_TYPES))
      .min(1)
      .refine((types) => new Set(types).size === types.length, 'names a type twice')
      .optional()
      .openapi({ uniqueItems: true, description: 'When absent, all five types.' }),
  })
  .openapi('StartTest', { example: { types: ['portrait', 'profile'] } });

export const IdentityTest = z
  .object({
    identityId: Id,
    number: z.number().int().openapi({ description: 'The number of the test of this identity, from 1.' }),
    state: z.enum(RETEST_STATES),
    types: z.array(z.enum(TEST_TYPES)),
    referenceStrength: z.number().int().openapi({ description: '0–100, the strength that its images were made with.' }),
    images: z.array(TestImage).openapi({ description: 'The images that are made. They are scored when all are made.' }),
    failedImages: z.array(FailedImage),
    scores: ScoreSummary.optional().openapi({
      description: 'Present for a test with all five types; same form as for a round.',
    }),
    calibration: z.string().optional().openapi({ description: 'The version of its scores.' }),
    unclearCalls: z.array(z.string()).openapi({
      description:
        'Payments with an unclear outcome. They are looked up at the provider, and an operator can settle them.',
    }),
    closeReason: z.string().optional().openapi({ description: 'Why the test failed or was cancelled.' }),
    createdAt: Time,
    closedAt: Time.optional(),
    links: z.object({ self: z.string(), temporal: z.string().optional() }),
  })
  .openapi('IdentityTest', { example: EXAMPLES.identityTest });
export type IdentityTest = z.infer<typeof IdentityTest>;

export const IdentityTests = z
  .object({ items: z.array(IdentityTest) })
  .openapi('IdentityTests', { example: { items: [EXAMPLES.identityTest] } });

export const TestQuery = PageQuery.extend({
  state: z
    .enum(RETEST_STATES)
    .optional()
    .openapi({ description: '`needs_operator`: a payment of the test is unclear.' }),
});

const TestItem = IdentityTest.pick({
  identityId: true,
  number: true,
  state: true,
  types: true,
  referenceStrength: true,
  closeReason: true,
  createdAt: true,
  closedAt: true,
  links: true,
})
  .extend({
    unclear: z.array(UnclearCall).openapi({ description: 'The payments of the test with an unclear outcome.' }),
  })
  .openapi('TestItem', { example: EXAMPLES.testItem });
export type TestItem = z.infer<typeof TestItem>;

export const TestPage = z
  .object({ items: z.array(TestItem), nextCursor: NextCursor })
  .openapi('TestPage', { example: { items: [EXAMPLES.testItem] } });

export const TestCancelSent = z
  .object({ identityId: Id, number: z.number().int(), links: z.object({ self: z.string() }) })
  .openapi('TestCancelSent', {
    description: 'The test was asked to stop. It first stops and settles its open requests.',
    example: EXAMPLES.testCancelSent,
  });

export const TestInPath = z.object({
  id: Id.openapi({ param: { name: 'id', in: 'path' } }),
  number: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .openapi({ param: { name: 'number', in: 'path' }, example: 1 }),
});
