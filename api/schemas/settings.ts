// A tenant's settings in requests and answers.

import { z } from '@hono/zod-openapi';
import { Time } from './common.ts';
import { text } from './text.ts';

const MAX_REASON = 500;

export const Settings = z
  .object({
    safetyChecker: z.boolean().openapi({
      description: "Whether the provider's content checker is on for test images and for requests through the proxy.",
    }),
    changes: z
      .array(
        z.object({
          safetyChecker: z.boolean(),
          reason: z.string().optional(),
          by: z.string().openapi({ description: 'The id of the key or person that made the change.' }),
          at: Time,
        }),
      )
      .openapi({ description: 'The newest fifty changes, newest first.' }),
  })
  .openapi('Settings', {
    example: {
      safetyChecker: false,
      changes: [
        {
          safetyChecker: false,
          reason: 'A medical series; every picture is reviewed by us.',
          by: 'key:0b0d5f0a-7f0e-4c3e-9d52-6a8f1f6f2a10',
          at: '2026-11-28T09:00:00.000Z',
        },
      ],
    },
  });
export type Settings = z.infer<typeof Settings>;

export const SetSettings = z
  .strictObject({
    safetyChecker: z.boolean().openapi({ description: 'Applies to every request that is sent from now on.' }),
    reason: text({ max: MAX_REASON, lines: true })
      .optional()
      .openapi({ description: 'The reason of the change. It is kept with the time and the id of who made it.' }),
  })
  .openapi('SetSettings', {
    example: { safetyChecker: false, reason: 'A medical series; every picture is reviewed by us.' },
  });
