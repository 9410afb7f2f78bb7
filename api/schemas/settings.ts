// What a tenant sets for itself, as it goes in and out.

import { z } from '@hono/zod-openapi';
import { Time } from './common.ts';
import { text } from './text.ts';

const MAX_REASON = 500;

export const Settings = z
  .object({
    safetyChecker: z.boolean().openapi({
      description: "Whether the provider's content checker looks at test images, and at what comes through the proxy.",
    }),
    changes: z
      .array(
        z.object({
          safetyChecker: z.boolean(),
          reason: z.string().optional(),
          by: z.string().openapi({ description: 'The key or person that changed it, by id.' }),
          at: Time,
        }),
      )
      .openapi({ description: 'The newest fifty, newest first.' }),
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
    safetyChecker: z.boolean().openapi({ description: 'Holds for every request that is sent from now on.' }),
    reason: text({ max: MAX_REASON, lines: true })
      .optional()
      .openapi({ description: 'Kept beside who changed it and when.' }),
  })
  .openapi('SetSettings', {
    example: { safetyChecker: false, reason: 'A medical series; every picture is reviewed by us.' },
  });
