// One delivery of a webhook, try by try; and what the steps of a run announce.

import { describe, expect, it } from 'vitest';
import { closeIdentity, publishIdentity } from '../../../activities/close-identity.ts';
import { notifyPeople } from '../../../activities/notify-people.ts';
import type { WebhookAnswer, WebhookOutbox } from '../../../activities/ports.ts';
import { sendWebhook } from '../../../activities/send-webhook.ts';
import { Failure } from '../../../domain/failure.ts';
import type { RunNotice } from '../../../domain/steps.ts';
import { DELIVERY_PAUSES_MS } from '../../../domain/webhook.ts';
import { CHARACTER, createFakePorts, IDENTITY, TENANT } from '../../support/fake-ports.ts';
import { failureOf, run } from './run-step.ts';

const DAY_MS = 24 * 3_600_000;
const delivery = { deliveryId: 'd-1' };

/** A delivery that was tried so often, a receiver that answers this, and what is written down. */
function deliveryAfter(attempts: number, answer: WebhookAnswer) {
  const written: unknown[] = [];
  let posts = 0;
  const outbox: WebhookOutbox = {
    enqueue: async () => [],
    pending: async (deliveryId) => ({
      deliveryId,
      url: 'https://secret-host.example.com/path',
      secret: 'whsec_secret',
      body: { type: 'identity.ready', timestamp: '', data: { identityId: 'i', characterId: 'c', stage: 'ready' } },
      attempts,
    }),
    attempted: async (...args) => void written.push(args),
  };
  const postWebhook = async () => {
    posts += 1;
    return answer;
  };
  return { step: sendWebhook({ outbox, postWebhook }), written, posts: () => posts };
}

describe('a delivery', () => {
  it.each([200, 201, 204, 299])('that is answered %i is done', async (status) => {
    const { step, written } = deliveryAfter(3, { status });
    await run(step, delivery);
    expect(written).toEqual([['d-1', 'delivered', { status }, false]]);
  });

  it.each([{ status: 500 }, { status: 404 }, { status: 401 }, { status: 301 }, { status: 0 }, { error: 'No' }])(
    'that ends with %j is tried again after the next pause',
    async (answer) => {
      for (const [attempts, pauseMs] of DELIVERY_PAUSES_MS.entries()) {
        const { step, written } = deliveryAfter(attempts, answer);
        const failure = await failureOf(step, delivery);
        expect(failure).toMatchObject({ type: 'NotReadyYet', nonRetryable: false, nextRetryDelay: pauseMs });
        expect(failure.message).not.toMatch(/https?:|secret/);
        expect(written).toEqual([['d-1', 'pending', answer, false]]);
      }
    },
  );

  it('is given up after the last try, within three days', async () => {
    const { step, written } = deliveryAfter(DELIVERY_PAUSES_MS.length, { status: 500 });
    await run(step, delivery);
    expect(written).toEqual([['d-1', 'failed', { status: 500 }, false]]);
    expect(DELIVERY_PAUSES_MS.reduce((sum, pause) => sum + pause)).toBeLessThan(3 * DAY_MS);
  });

  it('that is answered 410 ends the endpoint', async () => {
    const { step, written } = deliveryAfter(0, { status: 410 });
    await run(step, delivery);
    expect(written).toEqual([['d-1', 'failed', { status: 410 }, true]]);
  });

  it('that has ended is not sent again', async () => {
    const { step, written, posts } = deliveryAfter(0, { status: 200 });
    const ended = createFakePorts();
    await run(sendWebhook(ended), delivery);
    expect([written, posts()]).toEqual([[], 0]);
    await run(step, delivery);
    expect(posts()).toBe(1);
  });
});

const REF = { tenantId: TENANT, identityId: IDENTITY };
const publication = {
  ...REF,
  characterId: CHARACTER,
  loraSha256: 'c'.repeat(64),
  scores: { calibration: 'v1', scorable: 0, of: 5, passed: false, missed: [] },
  decisionId: 'd-1',
  approvedBy: 'key:k1',
  referenceStrength: 80,
};

describe('a run', () => {
  const NOTICES: [RunNotice, string[], object?][] = [
    [{ kind: 'awaiting_approval', round: 2 }, ['identity.awaiting_approval'], { stage: 'awaiting_approval', round: 2 }],
    [{ kind: 'needs_operator', callKeys: ['k'] }, ['identity.needs_operator'], { stage: 'needs_operator' }],
    [{ kind: 'approval_reminder', round: 2 }, []],
    [{ kind: 'approval_escalation', round: 2 }, []],
    [{ kind: 'needs_photos', problem: 'too_few_photos' }, []],
  ];
  it.each(NOTICES)('that notices %j announces %j', async (notice, events, data) => {
    const world = createFakePorts();
    await run(notifyPeople(world), { ...REF, notice });
    const happened = [...world.happened.values()];
    expect(happened.map(({ event }) => event)).toEqual(events);
    if (data) expect(happened[0]).toMatchObject({ ...REF, data });
    expect(world.dispatched).toHaveLength(events.length);
  });

  it('announces that it is ready, or has failed, and no other end', async () => {
    const world = createFakePorts();
    await run(publishIdentity(world), publication);
    for (const stage of ['rejected', 'expired', 'cancelled', 'failed'] as const) {
      await run(closeIdentity(world), { ...REF, stage, reason: 'because' });
    }
    expect([...world.happened.values()].map(({ event, data }) => [event, data])).toEqual([
      ['identity.ready', { stage: 'ready' }],
      ['identity.failed', { stage: 'failed' }],
    ]);
  });

  it('announces one occasion, however often its step is tried', async () => {
    const world = createFakePorts();
    const away = async () => {
      throw new Failure('StoreUnavailable', 'The database does not answer.');
    };
    const input = { ...REF, notice: { kind: 'awaiting_approval', round: 1 } } as const;
    await failureOf(notifyPeople({ ...world, notifier: { ...world.notifier, notify: away } }), input);
    await run(notifyPeople(world), input, 2);
    expect(world.happened.size).toBe(1);
    expect(new Set(world.dispatched).size).toBe(1);
  });

  it('tells nobody that it waits before that can be looked up', async () => {
    const world = createFakePorts();
    const saveStage = async () => {
      throw new Failure('StoreUnavailable', 'The database does not answer.');
    };
    const input = { ...REF, notice: { kind: 'awaiting_approval', round: 1 } } as const;
    await failureOf(notifyPeople({ ...world, store: { ...world.store, saveStage } }), input);
    expect(world.dispatched).toEqual([]);
  });
});
