// All tenants' runs and money together, for the metrics.

import type { Overview } from '../../core/ports/overview.ts';
import type { Supabase } from './client.ts';
import { unwrap } from './unwrap.ts';

/** Throws Failure when the database does not answer. */
export function createOverview(client: Supabase): () => Promise<Overview> {
  return async () => {
    const [runs, { tests, unclear }] = await Promise.all([
      unwrap(client.rpc('operations_overview'), 'the overview'),
      unwrap(client.rpc('open_work_overview'), 'the overview'),
    ]);
    return { ...runs, tests, unclearCalls: unclear };
  };
}
