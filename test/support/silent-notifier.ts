// Tells nobody anything: for tests of what is paid, and not of who hears of it.

import type { Notifier } from '../../core/ports/notifier.ts';

export const silentNotifier: Notifier = {
  notify: async () => undefined,
  accountChanged: async () => undefined,
  endpointChanged: async () => undefined,
};
