// The subject of a character in requests and answers. Not every known kind can be prepared yet: an answer may have one
// later, a request may not.

import { z } from '@hono/zod-openapi';
import { HUMAN_NOUNS, SUBJECT_KINDS } from '../../domain/subject.ts';
import { EXAMPLES } from './examples.ts';

const isKnownKind = (kind: unknown): boolean => (SUBJECT_KINDS as readonly unknown[]).includes(kind);

const Human = z.literal('human', {
  error: ({ input }) =>
    isKnownKind(input)
      ? `an identity of a ${input} character cannot be prepared yet: use "human"`
      : `must be "human", the only kind that identities can be prepared for`,
});

export const NewSubject = z
  .strictObject({
    kind: Human,
    noun: z.enum(HUMAN_NOUNS).openapi({
      description:
        'The class noun that follows the trigger word in captions and prompts. Image models take `girl` and `boy` for children.',
    }),
  })
  .openapi('NewSubject', { example: EXAMPLES.subject });

export const Subject = z
  .object({
    kind: z.enum(SUBJECT_KINDS).openapi({ description: 'Only `human` for now.' }),
    noun: z.string().openapi({ description: 'The class noun, such as `woman`.' }),
  })
  .openapi('Subject', { example: EXAMPLES.subject });

export const TriggerPhrase = z.string().openapi({
  description:
    'The words by which a prompt has to name the character, so that its LoRA shows it: the trigger word and the class noun, such as `lkhsvrnq woman`. For an identity that started without a class noun it is the trigger word alone.',
});
