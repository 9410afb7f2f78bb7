// From a webhook's arrival to the run that it woke. The sandbox signs real deliveries; they are caught on their way, and
// handed on one by one, so that the time of each is known.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fluxLoraFastTraining } from '../../adapters/fal/models/flux-lora-fast-training.ts';
import { createFalProvider } from '../../adapters/fal/provider.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { identityWorkflowId, trainingCallKey } from '../../domain/keys.ts';
import { identitySubject } from '../../domain/provider-call.ts';
import type { Figure } from '../figure.ts';
import { spreadOf } from '../stats.ts';
import type { ApiBench } from './caller.ts';
import { percentile } from './load.ts';

const DELIVERIES = 60;
const CAUGHT_WITHIN_MS = 60_000;
const PAUSE_MS = 20;
/** temporal.api.enums.v1.EventType */
const SIGNALED = 26;
const TASK_COMPLETED = 7;
const CAP = { defaultCapMicros: 1e12, identityCapMicros: 1e12 };
/** The key that the stack's sandbox takes when none is set. */
const SANDBOX_KEY = 'sandbox';

interface Delivery {
  path: string;
  headers: Record<string, string>;
  body: string;
}

export async function measureWebhooks(bench: ApiBench, identityIds: string[]): Promise<Figure[]> {
  const ids = identityIds.slice(0, DELIVERIES);
  const catcher = await catchDeliveries();
  const tokens = new Map<string, string>();
  try {
    for (const id of ids) tokens.set(await submitJob(bench, id, catcher.url), id);
    for (const until = Date.now() + CAUGHT_WITHIN_MS; catcher.deliveries.length < ids.length; await sleep(PAUSE_MS)) {
      if (Date.now() > until) throw new Error(`Only ${catcher.deliveries.length} webhooks of the sandbox came.`);
    }
  } finally {
    catcher.stop();
  }
  const waits: number[] = [];
  for (const { path, headers, body } of catcher.deliveries) {
    const identityId = tokens.get(path.split('/').at(-1) ?? '') ?? '';
    const sentAt = Date.now();
    const answer = await fetch(`${bench.stack.urls.api}${path}`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`The webhook was not taken: ${answer.status} ${await answer.text()}`);
    waits.push((await wokenAt(bench, identityId)) - sentAt);
  }
  bench.say(`webhooks: ${waits.length}`);
  const named = (name: string, value: number): Figure => ({ name, unit: 'ms', ours: spreadOf([value]) });
  return [
    named('webhook sent to run woken, median', percentile(waits, 0.5)),
    named('webhook sent to run woken, p95', percentile(waits, 0.95)),
  ];
}

const trainer = fluxLoraFastTraining.profile;

/** A paid call in the ledger, and its job at the sandbox; the token in its webhook's address. */
async function submitJob({ stack, caller }: ApiBench, identityId: string, webhooks: string): Promise<string> {
  const ledger = createLedger(stack.database, CAP);
  const { call } = await ledger.open({
    key: trainingCallKey(identityId, 1),
    tenantId: caller.tenantId,
    subject: identitySubject(identityId),
    profile: trainer.id,
    endpoint: trainer.endpoint,
    workflowId: identityWorkflowId(identityId),
    estimate: 1,
  });
  const input = { images_data_url: `${webhooks}/none.zip`, trigger_word: 'bench' };
  await ledger.posting(call, input);
  const sandbox = createFalProvider({ credentials: SANDBOX_KEY, sandboxUrl: stack.urls.sandbox ?? '' });
  const outcome = await sandbox.submit(trainer.endpoint, input, `${webhooks}/webhooks/fal/${call.token}`);
  if (outcome.kind !== 'accepted') throw new Error(`The sandbox took no job: ${outcome.reason}`);
  await ledger.submitted(call, outcome.requestId);
  return call.token;
}

async function catchDeliveries(): Promise<{ url: string; deliveries: Delivery[]; stop(): void }> {
  const deliveries: Delivery[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const headers = Object.entries(request.headers).filter(([name]) => /^(x-fal-|content-type)/.test(name));
    const path = request.url ?? '';
    const again = deliveries.some((delivery) => delivery.path === path);
    if (path.startsWith('/webhooks/') && !again) {
      deliveries.push({ path, headers: Object.fromEntries(headers) as Record<string, string>, body });
    }
    response.writeHead(path.startsWith('/webhooks/') ? 200 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, deliveries, stop };
}

/** When the run had worked its signal off, by the server's clock: it is the clock of this machine. */
async function wokenAt({ temporal }: ApiBench, identityId: string): Promise<number> {
  const handle = temporal.workflow.getHandle(identityWorkflowId(identityId));
  for (const until = Date.now() + CAUGHT_WITHIN_MS; Date.now() < until; await sleep(PAUSE_MS)) {
    const events = (await handle.fetchHistory()).events ?? [];
    const signaled = events.findIndex(({ eventType }) => eventType === SIGNALED);
    const done = events.find(({ eventType }, at) => signaled >= 0 && at > signaled && eventType === TASK_COMPLETED);
    if (done) return Number(done.eventTime?.seconds ?? 0) * 1000 + (done.eventTime?.nanos ?? 0) / 1e6;
  }
  throw new Error(`The run ${identityId} did not wake.`);
}
