// Compensation of paid requests that a cancelled run left open.

import { log } from '@temporalio/workflow';
import { rethrowDefect } from './failure-code.ts';
import { compensation } from './steps.ts';

/** Stops each and has it settled, however long that takes. Answers the keys of those whose cost stays unclear. */
export async function cancelCalls(callKeys: readonly string[]): Promise<string[]> {
  const unclear = await Promise.all(
    callKeys.map(async (callKey) => {
      const summary = `Stop and settle ${callKey}`;
      try {
        return (await compensation.cancelCall.executeWithOptions({ summary }, [{ callKey }])) ? [callKey] : [];
      } catch (error) {
        rethrowDefect(error);
        log.error('a compensation failed', { callKey, error: String(error) });
        return [callKey];
      }
    }),
  );
  return unclear.flat();
}

/** The reason that a cancelled run is closed with; `unclear` are the keys of requests whose cost is not known. */
export function cancelReason(unclear: readonly string[]): string {
  if (unclear.length === 0) return 'Cancelled on request.';
  return `Cancelled on request. Whether it was charged is unclear of ${unclear.join(', ')}: what was reserved stays so.`;
}
