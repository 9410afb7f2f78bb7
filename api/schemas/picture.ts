// The generated pictures of a character.

import { z } from '@hono/zod-openapi';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import { Id, NextCursor, Time } from './common.ts';
import { EXAMPLES } from './examples.ts';

const CharacterPicture = z
  .object({
    pictureId: Id,
    source: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('test'), identityId: Id, type: z.enum(TEST_TYPES) }),
        z.object({
          kind: z.literal('still'),
          batchId: Id,
          stillId: Id,
          number: z.number().int().openapi({ description: 'Counts the stills of the batch from 1.' }),
        }),
      ])
      .openapi({ description: 'What it was made for: a test of an identity, or a still.' }),
    createdAt: Time,
    links: z.object({
      content: z.string().openapi({
        description: 'Of a test image it needs the scope `identities`, of a still the scope `stills`.',
      }),
    }),
  })
  .openapi('CharacterPicture');
export type CharacterPicture = z.infer<typeof CharacterPicture>;

export const CharacterPicturePage = z
  .object({ items: z.array(CharacterPicture), nextCursor: NextCursor })
  .openapi('CharacterPicturePage', { example: EXAMPLES.characterPictures });
