import { Failure } from '../../domain/failure.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import type { Ledger } from '../ports/ledger.ts';

/** The row of a call that must exist. */
export async function knownCall(ledger: Ledger, key: string): Promise<ProviderCall> {
  const call = await ledger.find(key);
  if (!call) throw new Failure('NotFound', `The ledger has no row ${key}.`);
  return call;
}
