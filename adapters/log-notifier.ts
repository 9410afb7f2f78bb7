// Tells people through the log: one structured line each, which an alert can be built on.

import type { Logger } from 'pino';
import type { Notifier } from '../activities/ports.ts';

export function createLogNotifier(log: Logger): Notifier {
  return {
    async notify(tenantId, identityId, notice) {
      log.info({ tenantId, identityId, ...notice }, `a run waits for people: ${notice.kind}`);
    },
  };
}
