// Fields that apps may send to several models.

import { z } from 'zod';
import { type TextRules, textProblem } from '../../../domain/text.ts';

const MAX_ADDRESS = 4000;

export const address = z.url({ protocol: /^https?$/, error: 'is not an http address' }).max(MAX_ADDRESS);

/** The address of a LoRA, which is checked elsewhere. fal would accept the name of one too. */
export const loraPath = text({ max: MAX_ADDRESS, min: 0 });

/** A text of up to `max` characters, of one line unless it says `lines`. */
export function text({ max, min = 1, ...rules }: { max: number; min?: number } & TextRules) {
  return z
    .string()
    .min(min)
    .max(max)
    .superRefine((value, context) => {
      const message = textProblem(value, rules);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    });
}
