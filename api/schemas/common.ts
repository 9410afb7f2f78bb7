// Schemas that several resources share, and the problems that a route can answer.

import { z } from '@hono/zod-openapi';
import { SCOPES } from '../../domain/scopes.ts';
import { STAGES } from '../../domain/stage.ts';
import type { ProblemStatus } from '../problem.ts';
import { PROBLEMS, type ProblemCode } from '../problem.ts';
import { text } from './text.ts';

/**
 * Any UUID that PostgreSQL accepts. Some programs write upper case; here all become lower case, as PostgreSQL answers
 * them, so that two spellings of one id are equal wherever they are compared.
 */
export const Id = z.guid().toLowerCase().openapi({ format: 'uuid', example: '0f8b2a54-6f0c-4a57-9d5e-3f1c2b7a9e10' });
export const Time = z.string().openapi({ format: 'date-time', example: '2026-11-22T09:30:00.000Z' });
export const StageName = z.enum(STAGES).openapi('Stage');

export const IdInPath = z.object({ id: Id.openapi({ param: { name: 'id', in: 'path' } }) });

const MAX_PAGE = 100;
const DEFAULT_PAGE = 50;
const MAX_CURSOR = 500;

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  cursor: text({ max: MAX_CURSOR, min: 0 })
    .optional()
    .openapi({ description: 'The `nextCursor` of the previous page.' }),
});
export const NextCursor = z.string().optional().openapi({ description: 'Absent on the last page.' });

const ProblemBody = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().openapi({ description: 'What is wrong, and the next step.' }),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    instance: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    stage: StageName.optional(),
    scope: z.enum(SCOPES).optional().openapi({ description: 'With `missing_scope`: the scope that is missing.' }),
  })
  .openapi('Problem', {
    description: 'Problem details (RFC 9457).',
    example: {
      type: 'urn:likeness:problem:stale_round',
      title: PROBLEMS.stale_round.title,
      status: PROBLEMS.stale_round.status,
      detail: 'The decision is for round 1, but round 2 is the newest. Look at the newest images and decide again.',
      code: 'stale_round',
      instance: 'urn:likeness:request:2b1f',
      requestId: '2b1f',
    },
  });

export type ProblemBody = z.infer<typeof ProblemBody>;

interface ProblemAnswer {
  description: string;
  content: { 'application/problem+json': { schema: typeof ProblemBody } };
}

/** The problems of every route behind a key: no key, no scope, too many requests. */
const ALWAYS = [401, 403, 429] as const;
type Always = (typeof ALWAYS)[number];

/** The responses of a route for these statuses and the usual ones, each described by its codes. */
export function problems<S extends ProblemStatus>(...statuses: S[]): Record<S | Always, ProblemAnswer> {
  const all = new Set<S | Always>([...ALWAYS, ...statuses]);
  const answers = [...all].map((status): [S | Always, ProblemAnswer] => {
    const codes = Object.entries(PROBLEMS).flatMap(([code, problem]) => (problem.status === status ? [code] : []));
    return [
      status,
      { description: codes.join(', '), content: { 'application/problem+json': { schema: ProblemBody } } },
    ];
  });
  return Object.fromEntries(answers) as Record<S | Always, ProblemAnswer>;
}

/** A response of this schema. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** A request body of this schema. */
export function jsonRequest<T extends z.ZodType>(schema: T, required: boolean) {
  return { required, content: { 'application/json': { schema } } };
}
