// Example answers about webhooks, for the reference page.

const ENDPOINT = '4f6b8c1e-93d7-4b52-8f0e-1c2d3a4b5c6d';
const CREATED = '2026-11-22T09:10:00.000Z';

const endpoint = {
  endpointId: ENDPOINT,
  url: 'https://app.example.com/hooks/likeness',
  events: ['identity.awaiting_approval', 'identity.ready'],
  createdAt: CREATED,
  links: { self: `/v1/webhook-endpoints/${ENDPOINT}`, deliveries: `/v1/webhook-endpoints/${ENDPOINT}/deliveries` },
};

const delivery = {
  deliveryId: '9a1e5d70-2c4f-8b3a-a6d1-0e7f8c9b4a52',
  endpointId: ENDPOINT,
  event: 'identity.awaiting_approval',
  state: 'delivered',
  attempts: 1,
  lastStatus: 200,
  lastAttemptAt: '2026-11-22T09:38:13.000Z',
  createdAt: '2026-11-22T09:38:12.000Z',
};

export const WEBHOOK_EXAMPLES = {
  endpoint,
  newEndpoint: { ...endpoint, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  endpointList: { items: [endpoint] },
  delivery,
  deliveryPage: { items: [delivery] },
};
