// What a paid request cost in the end, written down once.

import { Failure } from '../../domain/failure.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import { PROFILES } from '../../domain/provider-profile.ts';
import type { Ports } from '../ports/index.ts';
import type { JobResult } from '../ports/provider.ts';

/**
 * The result of a call that the provider says is done, with the ledger settled by the units that the provider bills: the
 * estimate where it names none for a result, nothing where it names none for a failure. Safe to call again: a settled
 * row answers from itself, because the provider forgets results after a while.
 */
export async function settle(
  world: Pick<Ports, 'ledger' | 'imageUnits' | 'provider'>,
  call: ProviderCall & { requestId: string },
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  const { unitPrice } = PROFILES[call.profile];
  if (call.state === 'settled' && call.result) return call.result;
  if (call.state === 'failed') throw new Failure('ProviderFailed', 'The provider could not finish this request.');
  let answer: JobResult;
  try {
    answer = await world.provider.result(call.endpoint, call.requestId, signal);
  } catch (error) {
    if (error instanceof Failure && error.code === 'ProviderFailed') {
      const units = error.billableUnits ?? 0;
      await world.ledger.failed(call, Math.round(units * unitPrice), error.message, error.problems);
    }
    throw error;
  }
  const charged = answer.billableUnits === undefined ? call.estimate : Math.round(answer.billableUnits * unitPrice);
  if (answer.billableUnits !== undefined) {
    // What it teaches about the price, the next bill teaches too: it must not keep this one open.
    await world.imageUnits.billed(call, answer.billableUnits).catch(() => undefined);
  }
  await world.ledger.settled(call, charged, answer.data);
  return answer.data;
}
