// The errors that fal's models answer with: `{detail: [{loc, msg, type, url, ctx?, input?}]}`.
import type { z } from 'zod';

export interface ErrorDetail {
  loc: (string | number)[];
  msg: string;
  type: string;
  url?: string;
  ctx?: Record<string, unknown>;
  input?: unknown;
  /** Of a content_policy_violation. */
  categories?: string[];
}

/** A model's own failure: its HTTP status and details become the result of the request. */
export class ModelError extends Error {
  readonly status: number;
  readonly detail: ErrorDetail[];

  constructor(status: number, detail: ErrorDetail[]) {
    super(detail.map((d) => `${d.type}: ${d.msg}`).join('; '));
    this.status = status;
    this.detail = detail;
  }
}

/** A ModelError of one detail, with the address of fal's page about its type. */
export function modelError(
  status: number,
  type: string,
  loc: (string | number)[],
  msg: string,
  more: Pick<ErrorDetail, 'ctx' | 'input' | 'categories'> = {},
): ModelError {
  return new ModelError(status, [{ loc, msg, type, url: `https://docs.fal.ai/errors#${type}`, ...more }]);
}

/** Turns what zod found wrong with an input into fal's 422, as pydantic would have worded it. */
export function invalidInput(error: z.ZodError, input: unknown): ModelError {
  return new ModelError(
    422,
    error.issues.flatMap(plainIssues).map((issue) => {
      const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
      const value = path.reduce<unknown>((at, part) => (isRecord(at) ? at[part] : undefined), input);
      return { loc: ['body', ...path], ...wording(issue, value) };
    }),
  );
}

/** A union's issue becomes those of the alternative that the input came nearest to: the one that looked deepest. */
function plainIssues(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const depth = (branch: z.core.$ZodIssue[]) => Math.max(0, ...branch.map((inner) => inner.path.length));
  const [nearest = []] = [...issue.errors].sort((a, b) => depth(b) - depth(a));
  return nearest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function wording(issue: z.core.$ZodIssue, value: unknown): Omit<ErrorDetail, 'loc'> {
  const documented = (type: string, msg: string, ctx: Record<string, unknown>) => ({
    type,
    msg,
    url: `https://docs.fal.ai/errors#${type}`,
    ctx,
    input: value,
  });
  if (value === undefined) return { type: 'missing', msg: 'Field required' };
  switch (issue.code) {
    case 'too_big':
      if (issue.origin === 'array')
        return documented('sequence_too_long', `At most ${issue.maximum} items`, { max_length: issue.maximum });
      return documented('less_than_equal', `Input should be less than or equal to ${issue.maximum}`, {
        le: issue.maximum,
      });
    case 'too_small':
      if (issue.origin === 'array')
        return documented('sequence_too_short', `At least ${issue.minimum} items`, { min_length: issue.minimum });
      return documented('greater_than_equal', `Input should be greater than or equal to ${issue.minimum}`, {
        ge: issue.minimum,
      });
    case 'invalid_value':
      return documented('one_of', `Input should be one of ${issue.values.join(', ')}`, { expected: issue.values });
    default:
      return { type: 'value_error', msg: issue.message, input: value };
  }
}

function isRecord(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}
