// One delivery of a webhook, try by try; and what the steps of a run announce.

import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { closeIdentity, publishIdentity } from '../../../core/identities/close-identity.ts';
import { notifyPeople } from '../../../core/notices/notify-people.ts';
import { sendWebhook } from '../../../core/notices/send-webhook.ts';
import type { WebhookAnswer, WebhookOutbox } from '../../../core/ports/webhook-outbox.ts';
import { closeBatch, closeStill } from '../../../core/stills/still-records.ts';
import { Failure } from '../../../domain/failure.ts';
import { retestWorkflowId } from '../../../domain/keys.ts';
import type { RunNotice } from '../../../domain/steps.ts';
import { DELIVERY_PAUSES_MS, IDENTITY_EVENTS, type WebhookEvent } from '../../../domain/webhook.ts';
import { CHARACTER, createFakePorts, IDENTITY, TENANT } from '../../support/fake-ports.ts';
import { addStills, newPicture, recognised } from '../../support/new-stills.ts';
import { failureOf, run, runIn } from './run-step.ts';

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
  training: 1,
  loraSha256: 'c'.repeat(64),
  scores: { calibration: 'v1', scorable: 0, of: 5, passed: false, missed: [] },
  decisionRound: 1,
  decisionId: 'd-1',
  approvedBy: 'key:k1',
  referenceStrength: 80,
};

describe('a batch of stills', () => {
  const tenantId = TENANT;

  /** A batch in rows, with a picture of its first still that has these findings twice. */
  async function drawn(world: ReturnType<typeof createFakePorts>) {
    const [{ batchId = '', id: stillId = '' } = {}] = await addStills(world.stills, tenantId, 2);
    const findings = [
      { code: 'swapped' as const, member: 0 },
      { code: 'swapped' as const, member: 1 },
    ];
    await world.stills.savePicture(tenantId, stillId, newPicture(1, { tenantId, batchId, stillId }));
    await world.stills.saveCheck(tenantId, stillId, 1, recognised([90, 90], findings));
    return { batchId, stillId };
  }

  it('announces a flagged still once for each time that it ends so, and no other one', async () => {
    const world = createFakePorts();
    const { batchId, stillId } = await drawn(world);
    const close = (state: 'flagged' | 'passed') =>
      run(closeStill(world), { tenantId, batchId, stillId, number: 1, state, best: 1, repairs: 0 });
    await close('flagged');
    await close('flagged');
    const data = { state: 'flagged', stillId, number: 1, findings: ['swapped'] };
    expect([...world.happened.values()]).toMatchObject([{ tenantId, batchId, event: 'still.flagged', data }]);
    await world.stills.again(tenantId, stillId, { id: randomUUID(), kind: 'repair', price: 1 });
    await close('flagged');
    expect(world.happened.size).toBe(2);
    await world.stills.again(tenantId, stillId, { id: randomUUID(), kind: 'repair', price: 1 });
    await close('passed');
    expect(world.happened.size).toBe(2);
  });

  it('announces its end once, with how its stills ended', async () => {
    const world = createFakePorts();
    const { batchId } = await drawn(world);
    await run(closeBatch(world), { tenantId, batchId, state: 'cancelled' });
    await run(closeBatch(world), { tenantId, batchId, state: 'cancelled' });
    const data = { state: 'cancelled', counts: expect.objectContaining({ cancelled: 2 }) };
    expect([...world.happened.values()]).toMatchObject([{ tenantId, batchId, event: 'batch.done', data }]);
  });
});

describe('a run', () => {
  const AWAITS = { stage: 'awaiting_approval', round: 2 };
  const NOTICES: [RunNotice, WebhookEvent, object][] = [
    [{ kind: 'needs_photos', problem: 'too_few_photos' }, 'identity.needs_photos', { stage: 'needs_photos' }],
    [{ kind: 'awaiting_approval', round: 2 }, 'identity.awaiting_approval', AWAITS],
    [{ kind: 'approval_reminder', round: 2 }, 'identity.approval_reminder', AWAITS],
    [{ kind: 'approval_escalation', round: 2 }, 'identity.approval_escalation', AWAITS],
    [{ kind: 'needs_operator', callKeys: ['k'] }, 'identity.needs_operator', { stage: 'needs_operator' }],
    [
      { kind: 'needs_operator', callKeys: ['k'], test: 2 },
      'identity.needs_operator',
      { stage: 'needs_operator', test: 2 },
    ],
  ];
  const ENDS = ['rejected', 'expired', 'failed', 'cancelled'] as const;

  it.each(NOTICES)('that notices %j announces %s', async (notice, event, data) => {
    const world = createFakePorts();
    await run(notifyPeople(world), { ...REF, notice });
    expect([...world.happened.values()]).toEqual([{ ...REF, event, occasion: expect.any(String), data }]);
    expect(world.dispatched).toHaveLength(1);
  });

  it.each(ENDS)('announces that it is %s', async (stage) => {
    const world = createFakePorts();
    await run(closeIdentity(world), { ...REF, stage, reason: 'because' });
    expect([...world.happened.values()]).toMatchObject([{ event: `identity.${stage}`, data: { stage } }]);
    expect(world.dispatched).toHaveLength(1);
  });

  it('announces that it is ready', async () => {
    const world = createFakePorts();
    await run(publishIdentity(world), publication);
    expect([...world.happened.values()]).toMatchObject([{ event: 'identity.ready', data: { stage: 'ready' } }]);
  });

  it('announces every event of a run that an endpoint can want', () => {
    const announced = [...new Set(NOTICES.map(([, event]) => event)), ...ENDS.map((stage) => `identity.${stage}`)];
    expect([...announced, 'identity.ready'].sort()).toEqual([...IDENTITY_EVENTS].sort());
  });

  it('a second test on request that waits for an operator is announced too', async () => {
    const world = createFakePorts();
    const notice: RunNotice = { kind: 'needs_operator', callKeys: ['k'] };
    for (const number of [1, 2]) {
      const workflowId = retestWorkflowId(IDENTITY, number);
      // Temporal numbers the steps of each workflow from 1: the same step of both has the same id.
      const env = new MockActivityEnvironment({
        activityId: '2',
        workflowExecution: { workflowId, runId: randomUUID() },
      });
      await runIn(env, notifyPeople(world), { ...REF, notice });
      await runIn(env, notifyPeople(world), { ...REF, notice });
    }
    expect(world.happened.size).toBe(2);
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
    await failureOf(notifyPeople({ ...world, identities: { ...world.identities, saveStage } }), input);
    expect(world.dispatched).toEqual([]);
  });
});
