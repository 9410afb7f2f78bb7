// Characters in requests and answers.

import { z } from '@hono/zod-openapi';
import { DEFAULT_SUBJECT } from '../../domain/subject.ts';
import { IDENTITY_STATUSES } from '../character-identity.ts';
import { Id, NextCursor, StageName, Time } from './common.ts';
import { EXAMPLES } from './examples.ts';
import { NewSubject, Subject, TriggerPhrase } from './subject.ts';
import { text } from './text.ts';

const MAX_NAME = 200;

export const NewCharacter = z
  .strictObject({
    name: text({ max: MAX_NAME, min: 0 }).trim().min(1),
    subject: NewSubject.default(DEFAULT_SUBJECT),
  })
  .openapi('NewCharacter', { example: { name: 'Captain Mara', subject: EXAMPLES.subject } });

export const Character = z
  .object({
    id: Id,
    name: z.string(),
    subject: Subject.openapi({ description: 'The subject of its next identity.' }),
    createdAt: Time,
    identity: z.object({
      status: z.enum(IDENTITY_STATUSES),
      identityId: Id.optional(),
      version: z.number().int().optional(),
      stage: StageName.optional(),
      newer: z
        .object({ status: z.enum(IDENTITY_STATUSES), identityId: Id, stage: StageName })
        .optional()
        .openapi({
          description:
            'Present when one identity is `ready` and a newer one is being prepared or needs attention: the newer one.',
        }),
      technologyData: z
        .object({
          falCharacterId: z.string().openapi({
            format: 'uri',
            description:
              'The LoRA: a freshly signed address of our own copy. It works for an hour; read the character again after that.',
          }),
          referenceStrength: z
            .number()
            .int()
            .openapi({ description: '0–100. The LoRA scale is this number divided by 100.' }),
          triggerPhrase: TriggerPhrase,
        })
        .optional()
        .openapi({ description: 'Present only when the status is `ready`.' }),
      technologyDataMissing: z.enum(['store_unavailable', 'not_found']).optional().openapi({
        description:
          'Present when a list shows a `ready` identity without its `technologyData`: the storage does not answer, or the LoRA is missing. Read the character again.',
      }),
    }),
  })
  .openapi('Character', { example: EXAMPLES.character });
export type Character = z.infer<typeof Character>;

export const CharacterPage = z
  .object({ items: z.array(Character), nextCursor: NextCursor })
  .openapi('CharacterPage', { example: EXAMPLES.characterPage });
