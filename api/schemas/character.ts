// Characters as they come in and go out.

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
    subject: Subject.openapi({ description: 'What its next identity is begun as.' }),
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
          description: 'Beside one that is `ready`: the newer one, while it is prepared or needs attention.',
        }),
      technologyData: z
        .object({
          falCharacterId: z.string().openapi({
            format: 'uri',
            description: 'The LoRA: a freshly signed address of our own copy. Works for an hour; read it again after.',
          }),
          referenceStrength: z.number().int().openapi({ description: '0–100; the LoRA scale is a hundredth of it.' }),
          triggerPhrase: TriggerPhrase,
        })
        .optional()
        .openapi({ description: 'Only when the status is `ready`.' }),
      technologyDataMissing: z.enum(['store_unavailable', 'not_found']).optional().openapi({
        description:
          'Why a list shows a `ready` identity without its `technologyData`: the storage does not answer, or its LoRA is gone. Read the character again.',
      }),
    }),
  })
  .openapi('Character', { example: EXAMPLES.character });
export type Character = z.infer<typeof Character>;

export const CharacterPage = z
  .object({ items: z.array(Character), nextCursor: NextCursor })
  .openapi('CharacterPage', { example: EXAMPLES.characterPage });
