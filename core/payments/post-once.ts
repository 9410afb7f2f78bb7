// One paid request, posted at most once, also across crashes. The ledger's row decides who may post; afterwards the
// request id identifies it. docs/money.md has the state diagram.

import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../domain/failure.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import type { Ports } from '../ports/index.ts';
import type { JobBody, SubmitOutcome } from '../ports/job-queue.ts';
import type { NewCall } from '../ports/ledger.ts';
import { enterGate } from './account-breaker.ts';
import { knownCall } from './known-call.ts';

/** What a paid request needs. */
export type PayingWorld = Pick<Ports, 'ledger' | 'imageUnits' | 'provider' | 'account' | 'notifier' | 'publicUrl'>;

/** How often, and how far apart, the request id is written to the ledger: a short outage must not lose it. */
const SAVE_ATTEMPTS = 5;
const SAVE_PAUSE_MS = 1000;

/**
 * Posts the request unless this key was posted before, and answers the row with its request id. Throws
 * SubmissionUnknown when it may or may not have been accepted; nothing here posts again then. While the account is
 * locked or the endpoint closed it throws ProviderAccount or EndpointClosed before anything is reserved.
 *
 * @param makeBody makes the request. It may fail safely: nothing was posted yet.
 */
export async function postOnce(
  world: PayingWorld,
  newCall: NewCall,
  makeBody: () => Promise<JobBody>,
): Promise<ProviderCall & { requestId: string }> {
  const known = await world.ledger.find(newCall.key);
  if (known && known.state !== 'refused') return alreadyPosted(known);
  const gate = await enterGate(world, newCall.endpoint);
  let call: ProviderCall & { requestId: string };
  try {
    call = await post(world, newCall, makeBody);
  } catch (error) {
    throw await gate.failed(error);
  }
  // The request was accepted. If the breaker cannot record it, the answer must not become an error. The probe then
  // times out.
  await gate.worked().catch(() => undefined);
  return call;
}

async function post(
  world: PayingWorld,
  newCall: NewCall,
  makeBody: () => Promise<JobBody>,
): Promise<ProviderCall & { requestId: string }> {
  const { ledger, provider } = world;
  const { call, mayPost } = await ledger.open(newCall);
  if (!mayPost) return alreadyPosted(call);
  let input: JobBody;
  try {
    input = await makeBody();
    await ledger.posting(call, input);
  } catch (error) {
    await ledger.refused(call, 'nothing was posted: the request could not be made');
    throw error;
  }
  const webhook = world.publicUrl && new URL(`/webhooks/fal/${call.token}`, world.publicUrl).href;
  const outcome = await provider.submit(call.endpoint, input, webhook);
  if (outcome.kind === 'accepted') {
    await saveRequestId(world, call, outcome.requestId);
    return { ...call, input, state: 'submitted', requestId: outcome.requestId };
  }
  if (outcome.kind === 'refused') {
    await ledger.refused(call, outcome.reason);
    throw refusalFailure(outcome);
  }
  await ledger.unknown(call, outcome.reason);
  // A webhook can be faster than the lost answer, and has then brought the request id.
  const { requestId } = await knownCall(ledger, call.key);
  if (requestId !== undefined) return { ...call, input, state: 'submitted', requestId };
  throw unclear(call.key, outcome.reason);
}

function alreadyPosted(call: ProviderCall): ProviderCall & { requestId: string } {
  if (call.requestId !== undefined) return { ...call, requestId: call.requestId };
  if (call.state === 'failed') throw new Failure('ProviderFailed', 'An operator gave this request up.');
  throw unclear(call.key, 'an earlier attempt ended before its answer was written down');
}

function unclear(key: string, reason: string): Failure {
  return new Failure('SubmissionUnknown', `It is not known whether ${key} was accepted: ${reason}.`);
}

function refusalFailure(outcome: Extract<SubmitOutcome, { kind: 'refused' }>): Failure {
  if (outcome.closes === 'endpoint') return new Failure('EndpointClosed', outcome.reason);
  if (outcome.closes) return new Failure('ProviderAccount', outcome.reason, { lock: outcome.closes });
  if (outcome.retry === 'never') return new Failure('SubmissionRejected', outcome.reason);
  return new Failure('ProviderUnavailable', outcome.reason, { retryAfterMs: outcome.retryAfterMs });
}

async function saveRequestId(world: Pick<Ports, 'ledger'>, call: ProviderCall, requestId: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await world.ledger.submitted(call, requestId);
    } catch (error) {
      // The request was accepted and its id is only here: a reconciliation has to find it.
      if (attempt >= SAVE_ATTEMPTS) throw unclear(call.key, 'accepted, but its id could not be written down');
      if (error instanceof Failure && error.code !== 'StoreUnavailable') throw error;
      await sleep(SAVE_PAUSE_MS);
    }
  }
}
