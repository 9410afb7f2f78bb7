// Webhooks from a run to a real receiver, in virtual time: the real workflows and the steps that announce and deliver, on
// an outbox in memory.

import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getClient } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createActivities } from '../../activities/create-activities.ts';
import { createWebhookPost } from '../../adapters/outbound/post-webhook.ts';
import { createIdentityRuns } from '../../adapters/temporal/identity-runs.ts';
import type { WebhookOutbox } from '../../core/ports/webhook-outbox.ts';
import { webhookWorkflowId } from '../../domain/keys.ts';
import { DELIVERY_PAUSES_MS, WEBHOOK_EVENTS, type WebhookBody, type WebhookEvent } from '../../domain/webhook.ts';
import { approveIdentity, DELIVER_WEBHOOK, deliveryStart, TASK_QUEUES } from '../../workflows/messages.ts';
import { createFakePorts, TENANT } from '../support/fake-ports.ts';
import { fakeSteps } from '../support/fake-steps.ts';
import { createFakeWebhooks, type FakeWebhooks } from '../support/fake-webhooks.ts';
import { keepHistory, startWorkflowBench, untilStage, type WorkflowBench } from '../support/workflow-bench.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

interface Received {
  headers: IncomingHttpHeaders;
  text: string;
}

/** All pauses of a delivery come to some three days. */
const MOST_HOURS = 24 * 14;

let bench: WorkflowBench;
let receiver: Server;
let received: Received[];
/** The statuses that the receiver answers, in turn; 204 when there are no more. */
let answers: number[];

beforeAll(async () => {
  bench = await startWorkflowBench();
  receiver = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    received.push({ headers: request.headers, text });
    response.writeHead(answers.shift() ?? 204).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  receiver?.close();
  await bench?.stop();
});
beforeEach(() => {
  received = [];
  answers = [];
});

/** One endpoint of the runs' tenant, this test's receiver, that wants these events. */
function newWebhooks(events: readonly WebhookEvent[] = WEBHOOK_EVENTS): FakeWebhooks {
  const { port } = receiver.address() as AddressInfo;
  const webhooks = createFakeWebhooks();
  webhooks.endpoints.add(TENANT, { url: `http://127.0.0.1:${port}/hooks`, secret: SECRET, events: [...events] });
  return webhooks;
}

/** Plays with the steps of a run faked, but those that announce and deliver real. */
async function play(outbox: WebhookOutbox, script: Parameters<WorkflowBench['play']>[1]): Promise<void> {
  const ports = {
    ...createFakePorts(),
    outbox,
    dispatch: async (deliveryId: string) =>
      void (await getClient().workflow.start(DELIVER_WEBHOOK, deliveryStart(deliveryId))),
    postWebhook: createWebhookPost({ allowPrivate: true }),
  };
  const { workflow, webhook } = createActivities(ports);
  const { notifyPeople, publishIdentity, closeIdentity } = workflow;
  const worker = await Worker.create({
    connection: bench.env.nativeConnection,
    taskQueue: TASK_QUEUES.webhook,
    activities: { ...webhook },
  });
  await worker.runUntil(bench.play(fakeSteps({ notifyPeople, publishIdentity, closeIdentity }), script));
}

const verified = ({ headers, text }: Received, secret = SECRET) =>
  new Webhook(secret).verify(text, headers as Record<string, string>) as WebhookBody;

async function until(done: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; !done(); ) {
    if (Date.now() > deadline) throw new Error(`waited too long: ${JSON.stringify(received)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Until a workflow waits for its next try, or has ended; in real time, so that no try comes before its time. */
async function standsAt(workflowId: string, where: 'waiting' | 'COMPLETED' | 'CANCELLED'): Promise<void> {
  const handle = bench.env.client.workflow.getHandle(workflowId);
  const look = async () => {
    const { status, raw } = await handle.describe();
    return raw.pendingActivities?.some(({ lastFailure }) => lastFailure) ? 'waiting' : status.name;
  };
  await expect.poll(look, { timeout: 60_000 }).toBe(where);
}

/** Lets the hours pass, one after the other, until the delivery has ended. */
async function ended(deliveryId: string): Promise<void> {
  const handle = bench.env.client.workflow.getHandle(webhookWorkflowId(deliveryId));
  for (let hours = 0; (await handle.describe()).status.name === 'RUNNING'; hours++) {
    if (hours > MOST_HOURS) throw new Error(`${deliveryId} goes on after ${hours} hours, ${received.length} tries`);
    await bench.env.sleep('1h');
    await new Promise((resolve) => setTimeout(resolve, 10)); // for the try that is due: its receiver lives in real time
  }
  await handle.result();
}

describe('a run tells the receivers of its tenant', () => {
  it('that it waits, then that it is ready: once each, signed', async () => {
    const { outbox } = newWebhooks();
    await play(outbox, async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await until(() => received.length === 1);
      await handle.signal(approveIdentity, { round: 1 });
      await handle.result();
      await until(() => received.length === 2);
      const identityId = handle.workflowId.replace('identity/', '');
      const about = { identityId, characterId: 'character-1' };
      expect(received.map((one) => verified(one))).toEqual([
        {
          type: 'identity.awaiting_approval',
          timestamp: expect.any(String),
          data: { ...about, stage: 'awaiting_approval', round: 1 },
        },
        { type: 'identity.ready', timestamp: expect.any(String), data: { ...about, stage: 'ready' } },
      ]);
      for (const one of received) expect(() => verified(one, OTHER_SECRET)).toThrow('signature');
    });
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
  });

  it('and waits for none of them: a receiver that is away holds up no run', async () => {
    const { outbox, deliveries } = newWebhooks();
    answers = Array(20).fill(503);
    await play(outbox, async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await handle.signal(approveIdentity, { round: 1 });
      expect((await handle.result()).stage).toBe('ready');
      for (const deliveryId of deliveries.keys()) {
        await ended(deliveryId);
      }
    });
    expect([...deliveries.values()].map(({ state }) => state)).toEqual(['failed', 'failed']);
  });
});

describe('a delivery', () => {
  /** The one delivery of a run that was cancelled while it waited. */
  async function deliver(script: (deliveryId: string, webhooks: FakeWebhooks) => Promise<void>) {
    const webhooks = newWebhooks(['identity.awaiting_approval']);
    await play(webhooks.outbox, async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await handle.cancel();
      await standsAt(handle.workflowId, 'CANCELLED');
      const [deliveryId = ''] = webhooks.deliveries.keys();
      await script(deliveryId, webhooks);
    });
  }
  it('is tried again with the same webhook-id and body until it is taken', async () => {
    answers = [500, 404, 301];
    await deliver(async (deliveryId, { deliveries }) => {
      await ended(deliveryId);
      expect(received).toHaveLength(4);
      expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([deliveryId]));
      expect(new Set(received.map(({ text }) => text)).size).toBe(1);
      for (const one of received) verified(one);
      expect(deliveries.get(deliveryId)).toMatchObject({ state: 'delivered', attempts: 4 });
      await keepHistory(bench, { workflowId: webhookWorkflowId(deliveryId) }, 'webhook-delivered');
    });
  });

  it('is given up after days, not before', async () => {
    answers = Array(100).fill(500);
    await deliver(async (deliveryId, { deliveries }) => {
      const began = await bench.env.currentTimeMs();
      await ended(deliveryId);
      const tookMs = (await bench.env.currentTimeMs()) - began;
      expect(tookMs).toBeGreaterThan(DELIVERY_PAUSES_MS.reduce((sum, pause) => sum + pause) * 0.9);
      expect(received).toHaveLength(DELIVERY_PAUSES_MS.length + 1);
      expect(deliveries.get(deliveryId)).toMatchObject({ state: 'failed' });
    });
  });

  it('ends its endpoint when the receiver says that it is gone', async () => {
    answers = [410];
    await deliver(async (deliveryId, { deliveries, endpoints }) => {
      await ended(deliveryId);
      expect(received).toHaveLength(1);
      expect(deliveries.get(deliveryId)).toMatchObject({ state: 'failed' });
      expect((await endpoints.list(TENANT))[0]?.disabledAt).toBeDefined();
    });
  });

  it('is sent at once when asked for, while it waits for its next try and after it was done', async () => {
    answers = [500];
    const { redeliver } = createIdentityRuns(bench.env.client);
    await deliver(async (deliveryId, { deliveries }) => {
      await standsAt(webhookWorkflowId(deliveryId), 'waiting');
      expect(received).toHaveLength(1);
      await redeliver(deliveryId);
      await until(() => received.length === 2);
      await standsAt(webhookWorkflowId(deliveryId), 'COMPLETED');
      expect(deliveries.get(deliveryId)?.state).toBe('delivered');
      Object.assign(deliveries.get(deliveryId) ?? {}, { state: 'pending', attempts: 0 });
      await redeliver(deliveryId);
      await until(() => received.length === 3);
      expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([deliveryId]));
    });
  });
});
