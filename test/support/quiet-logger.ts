// Temporal's own logs, silenced for tests that make things fail on purpose. What we log as an error still shows,
// unless a test is about it.

import { DefaultLogger } from '@temporalio/worker';

export const quiet = new DefaultLogger('ERROR', ({ level, message }) => {
  if (level === 'ERROR' && !message.includes('compensation')) process.stderr.write(`${message}\n`);
});
