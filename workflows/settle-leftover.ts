// A paid request that became known only after its run had ended: it is stopped, and what it cost is written down.

import { compensation } from './steps.ts';

export async function settleLeftover({ callKey }: { callKey: string }): Promise<void> {
  await compensation.cancelCall.executeWithOptions({ summary: `Stop and settle ${callKey}` }, [{ callKey }]);
}
