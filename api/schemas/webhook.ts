// Outbound webhooks in the API: receivers and deliveries.

import { z } from '@hono/zod-openapi';
import { DELIVERY_STATES, WEBHOOK_EVENTS } from '../../domain/webhook.ts';
import { Id, NextCursor, Time } from './common.ts';
import { text } from './text.ts';
import { WEBHOOK_EXAMPLES } from './webhook-examples.ts';

const MAX_URL = 2000;

const Event = z.enum(WEBHOOK_EVENTS).openapi('WebhookEvent');

export const NewEndpoint = z
  .strictObject({
    url: text({ max: MAX_URL }).openapi({ description: 'An https address that the internet reaches.' }),
    events: z.array(Event).min(1).optional().openapi({ description: 'When absent, all events that exist today.' }),
  })
  .openapi('NewWebhookEndpoint', {
    example: { url: 'https://app.example.com/hooks/likeness', events: ['identity.awaiting_approval'] },
  });

export const Endpoint = z
  .object({
    endpointId: Id,
    url: z.string(),
    events: z.array(Event),
    createdAt: Time,
    disabledAt: Time.optional().openapi({
      description: 'The time at which its receiver answered 410. Nothing is sent to it since then.',
    }),
    links: z.object({ self: z.string(), deliveries: z.string() }),
  })
  .openapi('WebhookEndpoint', { example: WEBHOOK_EXAMPLES.endpoint });
export type Endpoint = z.infer<typeof Endpoint>;

export const EndpointWithSecret = Endpoint.extend({
  secret: z.string().openapi({
    description: 'The secret that signs every delivery. Keep it: it is never shown again.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  }),
}).openapi('NewWebhookEndpointAnswer', { example: WEBHOOK_EXAMPLES.newEndpoint });

export const EndpointList = z
  .object({ items: z.array(Endpoint) })
  .openapi('WebhookEndpointList', { example: WEBHOOK_EXAMPLES.endpointList });

export const Delivery = z
  .object({
    deliveryId: Id.openapi({ description: 'The `webhook-id` that the receiver sees. It is the same in every try.' }),
    endpointId: Id,
    event: Event,
    state: z.enum(DELIVERY_STATES),
    attempts: z
      .number()
      .int()
      .openapi({ description: 'The number of tries since the delivery was created or sent again on request.' }),
    lastStatus: z.number().int().optional().openapi({ description: "The HTTP status of the receiver's last answer." }),
    lastError: z.string().optional().openapi({ description: 'Why the last try failed.' }),
    lastAttemptAt: Time.optional(),
    createdAt: Time,
  })
  .openapi('WebhookDelivery', { example: WEBHOOK_EXAMPLES.delivery });
export type Delivery = z.infer<typeof Delivery>;

export const DeliveryPage = z
  .object({ items: z.array(Delivery), nextCursor: NextCursor })
  .openapi('WebhookDeliveryPage', { example: WEBHOOK_EXAMPLES.deliveryPage });
