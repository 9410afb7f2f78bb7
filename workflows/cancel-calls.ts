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
