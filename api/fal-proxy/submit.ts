// One paid request of an app, by the protocol of all others: a row with its reservation, one POST, and a workflow that
// follows it until the ledger knows what it cost.

import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { nameUuid } from '../../activities/name-uuid.ts';
import { postOnce } from '../../activities/paid-call.ts';
import type { Ledger, NewCall, Provider, SubmitOutcome } from '../../activities/ports.ts';
import { budgetRefusal, fits } from '../../domain/budget.ts';
import { Failure } from '../../domain/failure.ts';
import { proxyCallKey } from '../../domain/keys.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import type { ApiDeps } from '../deps.ts';
import { Problem } from '../problem.ts';
import { approvedLora } from './approved-loras.ts';
import { type CheckedInput, checkInput } from './inputs.ts';
import { isGeneration, type ProxiedEndpoint } from './target.ts';

export type Submitted = ProviderCall & { requestId: string };

interface AskedFor {
  tenantId: string;
  endpoint: ProxiedEndpoint;
  /** As the app sent it. */
  input: unknown;
  idempotencyKey: string | undefined;
}

const SEEDS = 2 ** 31;
/** Milliseconds in which an equal request that is on its way is answered: its POST has 30 s, its row some seconds more. */
const TWIN_MS = 40_000;
const TWIN_PAUSE_MS = 250;

/**
 * Posts the request, once for an idempotency key. Throws Problem, Failure or RunError, and after none of them but
 * `submission_unknown` can it have been taken.
 */
export async function submitProxied(deps: ApiDeps, asked: AskedFor): Promise<Submitted> {
  const { tenantId, endpoint, idempotencyKey } = asked;
  const { purpose, body, estimate } = checkInput(endpoint, asked.input);
  const input = await withOurAddresses(deps, tenantId, body);
  const name = idempotencyKey === undefined ? randomUUID() : nameUuid(`${tenantId}\n${idempotencyKey}`);
  const key = proxyCallKey(tenantId, name);
  const known = idempotencyKey === undefined ? undefined : await deps.paying.ledger.find(key);
  if (known) refuseAnother(known, endpoint, input);
  if (!known || known.state === 'refused') {
    await refuseUnaffordable(deps, tenantId, estimate);
    // Before the row: whatever crashes from here on, somebody looks after what was reserved.
    await deps.runs.followProxyCall(key);
  }
  const newCall: NewCall = { key, tenantId, identityId: undefined, purpose, endpoint, estimate };
  // Two without a seed would look alike in the provider's listing, by which a lost one is found.
  const call = await post(deps, newCall, isGeneration(endpoint) ? { seed: randomInt(SEEDS), ...input } : input);
  // A row that was refused before may have lost its follower in that moment.
  if (known?.state === 'refused') await deps.runs.followProxyCall(key).catch(() => undefined);
  return call;
}

async function post({ paying, log }: ApiDeps, newCall: NewCall, input: Record<string, unknown>): Promise<Submitted> {
  let outcome: SubmitOutcome | undefined;
  const submit: Provider['submit'] = async (...request) => {
    // Until it is told otherwise, a request that was begun may have been taken.
    outcome = { kind: 'unknown', reason: 'it is on its way' };
    outcome = await paying.provider.submit(...request);
    return outcome;
  };
  const world = { ...paying, provider: { ...paying.provider, submit } };
  const attempt = () => postOnce(world, newCall, async () => input);
  try {
    try {
      return await attempt();
    } catch (error) {
      if (outcome !== undefined || !isUnclear(error)) throw error;
      await whileTwinPosts(paying.ledger, newCall.key);
      return await attempt();
    }
  } catch (error) {
    const mayBeTaken = outcome !== undefined && outcome.kind !== 'refused';
    if (mayBeTaken || isUnclear(error)) {
      log.warn({ callKey: newCall.key, err: error }, 'it is unclear whether the provider took a request of the proxy');
      throw unclear(newCall.key, error);
    }
    if (error instanceof Failure && error.code === 'SubmissionRejected') {
      throw new Problem('invalid_request', `${error.message}. Correct it and send it again.`, { cause: error });
    }
    throw error;
  }
}

/** An equal request may be on its way in this moment: then its outcome is this one's too. */
async function whileTwinPosts(ledger: Ledger, key: string): Promise<void> {
  for (const end = Date.now() + TWIN_MS; Date.now() < end; await sleep(TWIN_PAUSE_MS)) {
    if ((await ledger.find(key))?.state !== 'intent') return;
  }
}

async function withOurAddresses(
  deps: ApiDeps,
  tenantId: string,
  { loras, ...rest }: CheckedInput['body'],
): Promise<Record<string, unknown>> {
  if (loras === undefined) return rest;
  const addressed = loras.map(async (lora) => ({ ...lora, path: await approvedLora(deps, tenantId, lora.path) }));
  return { ...rest, loras: await Promise.all(addressed) };
}

async function refuseUnaffordable({ books }: ApiDeps, tenantId: string, estimate: number): Promise<void> {
  const month = await books.budget(tenantId);
  if (!fits(month, estimate)) throw new Problem('budget_exceeded', budgetRefusal('month', month, estimate));
}

/** The same key with another request is a conflict. LoRA addresses are signed anew each time, and the seed may be ours. */
function refuseAnother(known: ProviderCall, endpoint: string, input: Record<string, unknown>): void {
  if (known.endpoint === endpoint && (known.input === undefined || isSame(known.input, input))) return;
  const detail = 'This Idempotency-Key was used for another request. Send a new key with a new request.';
  throw new Problem('idempotency_conflict', detail);
}

function isSame(posted: Record<string, unknown>, input: Record<string, unknown>): boolean {
  const { seed, ...rest } = posted;
  return isDeepStrictEqual(unsigned(input.seed === undefined ? rest : { ...rest, seed }), unsigned(input));
}

function unsigned(input: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify(input), (key: string, value: unknown) =>
    key === 'path' && typeof value === 'string' ? value.replace(/\?.*$/, '') : value,
  );
}

const isUnclear = (error: unknown) => error instanceof Failure && error.code === 'SubmissionUnknown';

/** No 502 or 503: fal's client answers those with another POST. */
function unclear(callKey: string, cause: unknown): Problem {
  const detail =
    'The provider may have taken the request, and may charge it. Do not send it again as a new one. With the same ' +
    `Idempotency-Key you may: it is never posted twice. What becomes of ${callKey} is found out and shows in GET /v1/ledger.`;
  return new Problem('submission_unknown', detail, { cause, members: { callKey } });
}
