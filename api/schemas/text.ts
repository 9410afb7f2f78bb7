// Texts of callers. Every text of a request uses these, so that a text that cannot be stored is refused with its path
// before anything happens (domain/text.ts has the rules).

import { z } from '@hono/zod-openapi';
import { idProblem, type TextRules, textProblem } from '../../domain/text.ts';

/** A text of up to `max` characters, of one line unless it says `lines`. Empty is refused unless `min` is 0. */
export function text({ max, min = 1, ...rules }: { max: number; min?: number } & TextRules) {
  return z
    .string()
    .min(min)
    .max(max)
    .superRefine(refuse((value) => textProblem(value, rules)));
}

/** An id that the caller chooses; limited in bytes too, as in Temporal. */
export function chosenId({ max }: { max: number }) {
  return z.string().min(1).max(max).superRefine(refuse(idProblem));
}

/** A rule of `domain/text.ts` as a check of zod. */
export function refuse(problem: (value: string) => string | undefined) {
  return (value: string, context: z.RefinementCtx): void => {
    const message = problem(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  };
}
