// A paid request that became known only after its run had ended: it is stopped, and what it cost is written down.

import { look } from './steps.ts';

export async function settleLeftover({ callKey }: { callKey: string }): Promise<void> {
  await look.cancelCall.executeWithOptions({ summary: `Stop and settle ${callKey}` }, [{ callKey }]);
}
