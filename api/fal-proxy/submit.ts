// One paid request of an app, with the same protection as all others: a row with its reservation, one POST, and a
// workflow that follows it until the ledger has its cost.

import { createHash, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProxiedModel } from '../../adapters/fal/models/index.ts';
import type { ProxiedRequest } from '../../adapters/fal/models/proxied.ts';
import { type Deliver, loraFile } from '../../core/files/deliver.ts';
import { approvedLora } from '../../core/identities/approved-lora.ts';
import { nameUuid } from '../../core/name-uuid.ts';
import { postOnce } from '../../core/payments/post-once.ts';
import type { StoredLora } from '../../core/ports/identities.ts';
import type { JobBody, SubmitOutcome } from '../../core/ports/job-queue.ts';
import type { Ledger, NewCall } from '../../core/ports/ledger.ts';
import type { Provider } from '../../core/ports/provider.ts';
import { budgetRefusal, fits } from '../../domain/budget.ts';
import { Failure } from '../../domain/failure.ts';
import { proxyCallKey, proxyWorkflowId } from '../../domain/keys.ts';
import { appSubject, type ProviderCall } from '../../domain/provider-call.ts';
import type { ApiDeps } from '../deps.ts';
import { Problem } from '../problem.ts';
import { requestIdHeader } from './answers.ts';
import { checkInput } from './inputs.ts';

export type Submitted = ProviderCall & { requestId: string };

/** The delivery of the process: it remembers its uploads. */
export type ProxyDeps = ApiDeps & { deliver: Deliver };

interface AskedFor {
  tenantId: string;
  model: ProxiedModel;
  /** As the app sent it. */
  input: unknown;
  idempotencyKey: string | undefined;
}

const SEEDS = 2 ** 31;
/** Milliseconds to wait for an equal request that is being posted: its POST has 30 s, its row some seconds more. */
const TWIN_MS = 40_000;
const TWIN_PAUSE_MS = 250;

/**
 * Posts the request, once for an idempotency key. Throws Problem, Failure or RunError; the request may have been
 * accepted only after `submission_unknown`.
 */
export async function submitProxied(deps: ProxyDeps, asked: AskedFor): Promise<Submitted> {
  const { tenantId, idempotencyKey } = asked;
  const { id: profile, endpoint } = asked.model.profile;
  const { pixels } = await deps.imageUnits.megapixel();
  const request = checkInput(asked.model, asked.input, pixels);
  const estimate = request.price;
  // The content checker is on, unless the tenant's setting and the app both say otherwise.
  const safetyChecker = !request.unchecked || (await deps.tenantSettings.safetyChecker(tenantId));
  const loras = await Promise.all(request.loras.map(async (path) => (await approvedLora(deps, tenantId, path)).lora));
  const name = idempotencyKey === undefined ? randomUUID() : nameUuid(`${tenantId}\n${idempotencyKey}`);
  const key = proxyCallKey(tenantId, name);
  const known = idempotencyKey === undefined ? undefined : await deps.ledger.find(key);
  const requestHash = hashOf(endpoint, request);
  if (known) refuseAnother(known, requestHash);
  let addresses: string[] | undefined;
  if (!known || known.state === 'refused') {
    await refuseUnaffordable(deps, tenantId, estimate);
    // Before the row, because an upload can take longer than an equal request waits for this one.
    addresses = await addressesOf(deps, loras);
    // Before the row: after any crash, this workflow releases the reservation.
    await deps.runs.followProxyCall(key);
  }
  const newCall = {
    key,
    tenantId,
    subject: appSubject(tenantId),
    profile,
    endpoint,
    workflowId: proxyWorkflowId(key),
    estimate,
    requestHash,
  };
  // Two requests without a seed would be equal in the provider's listing, which finds lost requests.
  const seed = randomInt(SEEDS);
  const call = await post(deps, newCall, async () =>
    request.toPost({ loras: addresses ?? (await addressesOf(deps, loras)), seed, safetyChecker }),
  );
  // A concurrent request with this key may be the one that was posted.
  refuseAnother(call, requestHash);
  // A row that was refused before may have lost its workflow meanwhile.
  if (known?.state === 'refused') await deps.runs.followProxyCall(key).catch(() => undefined);
  return call;
}

async function post(
  deps: ApiDeps,
  newCall: NewCall & { requestHash: string },
  makeBody: () => Promise<JobBody>,
): Promise<Submitted> {
  let outcome: SubmitOutcome | undefined;
  const submit: Provider['submit'] = async (...request) => {
    // Unknown until the outcome: a started request may have been accepted.
    outcome = { kind: 'unknown', reason: 'the request was being sent' };
    outcome = await deps.provider.submit(...request);
    return outcome;
  };
  const world = { ...deps, provider: { ...deps.provider, submit } };
  const attempt = () => postOnce(world, newCall, makeBody);
  try {
    try {
      return await attempt();
    } catch (error) {
      if (outcome !== undefined || !isUnclear(error)) throw error;
      const twin = await whileTwinPosts(deps.ledger, newCall.key);
      if (twin) refuseAnother(twin, newCall.requestHash);
      return await attempt();
    }
  } catch (error) {
    const mayBeTaken = outcome !== undefined && outcome.kind !== 'refused';
    if (mayBeTaken || isUnclear(error)) {
      deps.log.warn(
        { callKey: newCall.key, err: error },
        'it is unclear whether the provider took a request of the proxy',
      );
      throw unclear(newCall.key, outcome?.kind === 'accepted' ? outcome.requestId : undefined, error);
    }
    if (error instanceof Failure && error.code === 'SubmissionRejected') {
      throw new Problem('invalid_request', `${error.message}. Correct it and send it again.`, { cause: error });
    }
    throw error;
  }
}

/** If an equal request is being posted, its outcome counts for this one too. Answers its row. */
async function whileTwinPosts(ledger: Ledger, key: string): Promise<ProviderCall | undefined> {
  const end = Date.now() + TWIN_MS;
  for (;;) {
    const twin = await ledger.find(key);
    if (twin?.state !== 'intent' || Date.now() >= end) return twin;
    await sleep(TWIN_PAUSE_MS);
  }
}

/** Addresses at which the provider can fetch these. */
function addressesOf({ deliver }: Pick<ProxyDeps, 'deliver'>, loras: readonly StoredLora[]): Promise<string[]> {
  return Promise.all(loras.map((lora) => deliver(loraFile(lora))));
}

async function refuseUnaffordable({ books }: ApiDeps, tenantId: string, estimate: number): Promise<void> {
  const month = await books.budget(tenantId);
  if (!fits(month, estimate)) throw new Problem('budget_exceeded', budgetRefusal('month', month, estimate));
}

/** The same key with another request is a conflict. An old row without a hash counts as the same. */
function refuseAnother(known: ProviderCall, requestHash: string): void {
  if (known.requestHash === undefined || known.requestHash === requestHash) return;
  const detail = 'This Idempotency-Key was used for another request. Send a new key with a new request.';
  throw new Problem('idempotency_conflict', detail);
}

/** SHA-256 (hex) of the request. The schema fixes the order of fields; addresses count without their signature. */
function hashOf(endpoint: string, { loras, body }: ProxiedRequest): string {
  const unsigned = loras.map((address) => address.replace(/\?.*$/, ''));
  return createHash('sha256')
    .update(JSON.stringify([endpoint, body(unsigned)]))
    .digest('hex');
}

const isUnclear = (error: unknown) => error instanceof Failure && error.code === 'SubmissionUnknown';

/** No 502 or 503: fal's client answers those with another POST. */
function unclear(callKey: string, requestId: string | undefined, cause: unknown): Problem {
  const taken =
    requestId === undefined
      ? 'The provider may have accepted the request, and may charge for it'
      : 'The provider accepted the request, but the database could not record it';
  const detail =
    `${taken}. Do not send it as a new request. You may send it again with the same Idempotency-Key: it is never posted ` +
    `twice. The outcome of ${callKey} is looked up, and GET /v1/ledger shows it.`;
  return new Problem('submission_unknown', detail, {
    cause,
    members: { callKey, ...(requestId !== undefined && { request_id: requestId }) },
    headers: requestId === undefined ? {} : requestIdHeader(requestId),
  });
}
