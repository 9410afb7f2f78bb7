// Tells people through the log: one structured line each, which an alert can be built on.

import type { Logger } from 'pino';
import type { Notifier } from '../activities/ports.ts';

export function createLogNotifier(log: Logger): Notifier {
  return {
    async notify(tenantId, identityId, notice) {
      log.info({ tenantId, identityId, ...notice }, `a run waits for people: ${notice.kind}`);
    },
    async accountChanged(state) {
      if (state.state === 'ok') log.info({ alarm: 'provider_account', ...state }, 'the provider account works again');
      else log.error({ alarm: 'provider_account', ...state }, 'the provider account is locked: nothing is submitted');
    },
  };
}
