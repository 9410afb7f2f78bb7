// Notifies people through the log: one structured line each, which an alert can use.

import type { Logger } from 'pino';
import type { Notifier } from '../core/ports/notifier.ts';
import type { KnownMegapixel, Megapixel } from '../domain/image-units.ts';
import { endpointRemedy, LOCK_REMEDY } from '../domain/provider-account.ts';

export function createLogNotifier(log: Logger): Notifier {
  return {
    async notify(tenantId, identityId, notice) {
      log.info({ tenantId, identityId, ...notice }, `a run waits for people: ${notice.kind}`);
    },
    async accountChanged(state) {
      const alarm = { alarm: 'provider_account', ...state };
      if (state.state === 'ok') log.info(alarm, 'the provider account works again: requests are submitted');
      else log.error(alarm, `the provider account is locked: nothing is submitted. ${LOCK_REMEDY[state.kind]}`);
    },
    async endpointChanged(endpoint, state) {
      const alarm = { alarm: 'provider_endpoint', endpoint, ...state };
      if (state.state === 'ok') log.info(alarm, 'the provider allows the endpoint again');
      else log.error(alarm, `the provider does not allow the endpoint. ${endpointRemedy(endpoint)}`);
    },
  };
}

/** Logs a bill that shows the price of images: a warning when estimates were wrong until then. */
export function createMegapixelLog(log: Logger, provider: 'fal' | 'sandbox') {
  return ({ before, pixels, callKey }: { before: KnownMegapixel; pixels: Megapixel; callKey: string }): void => {
    const told = { provider, megapixel: pixels, before: before.pixels, basedOn: before.basedOn, callKey };
    if (pixels === before.pixels) log.info(told, `${provider} bills a megapixel of ${pixels} pixels, as estimated`);
    else
      log.warn(
        told,
        `${provider} bills a megapixel of ${pixels} pixels, not ${before.pixels}: estimates use this from now on`,
      );
  };
}
