// An answer of fal as plain data, and the facts of a refusal. fal has two forms for it (its pages on errors and on
// request errors): a model's `{"detail": [{"type", "msg", "input", …}]}`, and a request's `{"detail": "…",
// "error_type": "…"}`. The platform API has a third: `{"error": {"type", "message"}}`.

import { z } from 'zod';
import type { ProviderProblem } from '../../domain/failure.ts';
import { cleanText } from '../../domain/text.ts';

export interface FalAnswer {
  status: number;
  headers: Headers;
  body: string;
}

interface Problem {
  /** The model itself ended the job with this. */
  byModel: boolean;
  /** The code that fal provides for programs. */
  type: string | undefined;
  /** For people: without addresses, keys and the request's content. */
  text: string;
  /** The same for programs, when it comes from the model. */
  problems: ProviderProblem[];
}

const word = z
  .string()
  .max(100)
  .transform((text) => cleanText(text));
const detailSchema = z.object({
  type: z.string(),
  msg: z.string().catch(''),
  loc: z.array(z.union([word, z.number()])).catch([]),
  // Of a content_policy_violation (fal's error reference).
  categories: z.array(word).max(20).catch([]),
});

const bodySchema = z.object({
  detail: z
    .union([z.string(), z.array(detailSchema).nonempty()])
    .optional()
    .catch(undefined),
  error_type: z.string().optional().catch(undefined),
  error: z
    .object({ type: z.string(), message: z.string().catch('') })
    .optional()
    .catch(undefined),
});

/** The text of a refusal, for logs and people. Never throws: a proxy's HTML has no known form. */
export function problemOf(answer: FalAnswer): Problem {
  const { detail, error, error_type } = bodySchema.safeParse(parseJson(answer.body)).data ?? {};
  if (Array.isArray(detail)) {
    const problems = detail.map(toProblem);
    const texts = detail.map(({ msg }, index) => wordsOf(problems[index], msg));
    return { byModel: true, type: detail[0]?.type, text: harmless(texts, '; '), problems };
  }
  const type = error_type ?? error?.type ?? answer.headers.get('x-fal-error-type') ?? undefined;
  const texts = [`HTTP ${answer.status}`, type, detail ?? error?.message];
  return { byModel: false, type, text: harmless(texts, ': '), problems: [] };
}

function toProblem({ type, loc, categories }: z.infer<typeof detailSchema>): ProviderProblem {
  const field = loc.join('.');
  return {
    type,
    // A problem with the whole body has no field.
    ...(field !== '' && field !== 'body' && { field }),
    ...(categories.length > 0 && { categories }),
  };
}

/** `content_policy_violation (sexual; body.prompt): The content was flagged`. The end of a long text is cut. */
function wordsOf(problem: ProviderProblem | undefined, msg: string): string | undefined {
  if (!problem) return undefined;
  const { type, field, categories } = problem;
  const about = [categories?.join(', '), field].filter((part) => part !== undefined).join('; ');
  return `${type}${about === '' ? '' : ` (${about})`}${msg === '' ? '' : `: ${msg}`}`;
}

/** Milliseconds: a longer wait would outlast a job's own deadline, and an extra poll does no harm. */
const LONGEST_WAIT_MS = 10 * 60_000;

/** The wait in `Retry-After`, in milliseconds and with an upper limit: seconds or an HTTP date (RFC 9110). */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after');
  if (value === null || value === '') return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), LONGEST_WAIT_MS) : undefined;
}

/** The units that fal bills for a result or a failure, by the endpoint's price; undefined when it does not say. */
export function billableUnits(headers: Headers): number | undefined {
  const value = headers.get('x-fal-billable-units');
  if (value === null || value.trim() === '') return undefined;
  const units = Number(value);
  return Number.isFinite(units) && units >= 0 ? units : undefined;
}

/** The value, or undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const LONGEST_TEXT = 300;
const ADDRESS = /\b(?:[a-z][a-z0-9+.-]*:\/\/|data:)\S+/gi;
/** The form of a fal key: a UUID, and 32 hex digits. */
const KEY = /\b[0-9a-f-]{36}:[0-9a-f]{32}\b/gi;

function harmless(texts: readonly (string | undefined)[], separator: string): string {
  const clean = texts
    .flatMap((text) => text?.replace(ADDRESS, '[address]').replace(KEY, '[key]') ?? [])
    .join(separator);
  const short = cleanText(clean, LONGEST_TEXT);
  return short.length < cleanText(clean).length ? `${short}…` : short;
}
