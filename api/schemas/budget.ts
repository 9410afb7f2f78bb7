// Money in answers: a tenant's budget, and the rows of the ledger.

import { z } from '@hono/zod-openapi';
import { CURRENCY } from '../../domain/money.ts';
import { PROVIDER_CALL_STATES } from '../../domain/provider-call.ts';
import { CALL_PURPOSES } from '../call-purpose.ts';
import { Id, NextCursor, PageQuery, Time } from './common.ts';
import { EXAMPLES } from './examples.ts';

/** Dollars: the limit catches typing errors. */
const MAX_CAP_USD = 1_000_000;

export const Currency = z.literal(CURRENCY);
const Month = z.string().openapi({ description: 'By UTC.', example: '2026-11' });

export const Budget = z
  .object({
    month: Month,
    cap: z.number(),
    ownCap: z
      .boolean()
      .openapi({ description: 'Whether the cap was set by PUT. If not, it is LIKENESS_MONTHLY_CAP_USD.' }),
    reserved: z.number().openapi({ description: 'What open requests may still cost.' }),
    charged: z.number(),
    left: z.number(),
    warning: z.boolean().openapi({ description: '80 % or more of the cap is charged or reserved.' }),
    identityCap: z.number().openapi({ description: 'What all requests of one identity may cost together.' }),
    currency: Currency,
  })
  .openapi('Budget', { description: 'The current month, in US dollars.', example: EXAMPLES.budget });
export type Budget = z.infer<typeof Budget>;

export const SetBudget = z
  .strictObject({
    monthlyCapUsd: z
      .number()
      .min(0)
      .max(MAX_CAP_USD)
      .nullable()
      .openapi({ description: 'Applies at once, to this month and the next ones. null: the cap of the settings.' }),
  })
  .openapi('SetBudget', { example: { monthlyCapUsd: 250 } });

const CallState = z.enum(PROVIDER_CALL_STATES);

export const LedgerQuery = PageQuery.extend({ identityId: Id.optional(), state: CallState.optional() });

export const LedgerEntry = z
  .object({
    key: z.string(),
    identityId: Id.optional().openapi({ description: 'Absent for requests of an app through /api/fal-proxy.' }),
    purpose: z.enum(CALL_PURPOSES),
    endpoint: z.string(),
    state: CallState,
    attempts: z.number().int(),
    month: Month,
    estimateUsd: z.number(),
    estimateMicros: z
      .number()
      .int()
      .openapi({ description: 'The estimate in millionths of a dollar, for exact sums.' }),
    chargedUsd: z.number().optional().openapi({ description: 'Present when the request has ended.' }),
    chargedMicros: z.number().int().optional(),
    requestId: z.string().optional().openapi({ description: "The provider's id of the request." }),
    safetyChecker: z.boolean().optional().openapi({
      description: "Whether the provider's content checker was on. Absent for an endpoint without one.",
    }),
    reason: z.string().optional().openapi({ description: 'Why it was refused, is unclear, or failed.' }),
    createdAt: Time,
  })
  .openapi('LedgerEntry', { description: 'One paid request.', example: EXAMPLES.ledgerEntry });
export type LedgerEntry = z.infer<typeof LedgerEntry>;

export const LedgerPage = z
  .object({ items: z.array(LedgerEntry), nextCursor: NextCursor })
  .openapi('LedgerPage', { example: EXAMPLES.ledgerPage });
