// Tells people through the log: one structured line each, which an alert can be built on.

import type { Logger } from 'pino';
import type { Notifier } from '../activities/ports.ts';
import { endpointRemedy, LOCK_REMEDY } from '../domain/provider-account.ts';

export function createLogNotifier(log: Logger): Notifier {
  return {
    async notify(tenantId, identityId, notice) {
      log.info({ tenantId, identityId, ...notice }, `a run waits for people: ${notice.kind}`);
    },
    async accountChanged(state) {
      const alarm = { alarm: 'provider_account', ...state };
      if (state.state === 'ok') log.info(alarm, 'the provider account works again');
      else log.error(alarm, `the provider account is locked: nothing is submitted. ${LOCK_REMEDY[state.kind]}`);
    },
    async endpointChanged(endpoint, state) {
      const alarm = { alarm: 'provider_endpoint', endpoint, ...state };
      if (state.state === 'ok') log.info(alarm, 'the provider allows the endpoint again');
      else log.error(alarm, `the provider does not allow the endpoint. ${endpointRemedy(endpoint)}`);
    },
  };
}
