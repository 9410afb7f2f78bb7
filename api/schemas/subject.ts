// What a character is, as it comes in and goes out. Kinds are known that nothing can be prepared of yet: an answer may name
// them one day, a request may not.

import { z } from '@hono/zod-openapi';
import { HUMAN_NOUNS, SUBJECT_KINDS } from '../../domain/subject.ts';
import { EXAMPLES } from './examples.ts';

const isKnownKind = (kind: unknown): boolean => (SUBJECT_KINDS as readonly unknown[]).includes(kind);

const Human = z.literal('human', {
  error: ({ input }) =>
    isKnownKind(input)
      ? `no identity can be prepared of a ${input} character yet, only of one that is "human"`
      : `must be "human", the one kind that identities can be prepared of`,
});

export const NewSubject = z
  .strictObject({
    kind: Human,
    noun: z.enum(HUMAN_NOUNS).openapi({
      description:
        'The class noun beside the trigger word in captions and prompts. `girl` and `boy` are children to image models.',
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
    'How a prompt has to name the character for its LoRA to show it: the trigger word and the class noun, such as `lkhsvrnq woman`. The trigger word alone for an identity that was begun without a class noun.',
});
