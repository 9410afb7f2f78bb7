// Delivers one webhook to one receiver, with all its retries.

import { delivery } from './steps.ts';

export async function deliverWebhook({ deliveryId }: { deliveryId: string }): Promise<void> {
  await delivery.sendWebhook.executeWithOptions({ summary: 'Send it until it is taken or given up' }, [{ deliveryId }]);
}
