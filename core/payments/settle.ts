// Records the final cost of a paid request, once.

import { Failure } from '../../domain/failure.ts';
import { billedPrice } from '../../domain/profile.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import type { Ports } from '../ports/index.ts';
import type { JobAnswer, JobResult } from '../ports/job-queue.ts';

/** The ports that settling needs. */
export type SettlingWorld = Pick<Ports, 'ledger' | 'imageUnits' | 'models' | 'provider'>;

/**
 * The result of a finished call. Settles the ledger by the units that the provider bills: without units, a result costs
 * the estimate, and a failure nothing. Safe to call again: a settled row answers itself, because the provider deletes
 * results after a while.
 */
export async function settle(
  world: SettlingWorld,
  call: ProviderCall & { requestId: string },
  signal?: AbortSignal,
): Promise<JobAnswer> {
  if (call.state === 'settled' && call.result) return call.result;
  if (call.state === 'failed') throw new Failure('ProviderFailed', 'The provider could not finish this request.');
  const model = world.models.ofCall(call);
  const { profile } = model;
  let answer: JobResult;
  try {
    answer = await world.provider.result(call.endpoint, call.requestId, signal);
  } catch (error) {
    if (error instanceof Failure && error.code === 'ProviderFailed') {
      const units = error.billableUnits ?? 0;
      await world.ledger.failed(call, billedPrice(profile, units), error.message, error.problems);
    }
    throw error;
  }
  const charged = answer.billableUnits === undefined ? call.estimate : billedPrice(profile, answer.billableUnits);
  if (answer.billableUnits !== undefined && 'drawn' in model && profile.price.unit === 'megapixel') {
    const drawn = model.drawn(call.input ?? {});
    // A failure to learn the price must not keep this call open: the next bill shows it too.
    if (drawn) await world.imageUnits.billed(call.key, drawn, answer.billableUnits).catch(() => undefined);
  }
  await world.ledger.settled(call, charged, answer.data);
  return answer.data;
}
