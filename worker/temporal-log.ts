// Log lines of Temporal's SDK in our format, with its `workflowId`, `activityType` and `attempt`.

import { DefaultLogger } from '@temporalio/worker';
import type { Logger } from 'pino';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
/** The roles without workflows, which the SDK warns about. */
const EXPECTED = 'No workflows registered';

export function temporalLog(log: Logger): DefaultLogger {
  return new DefaultLogger('WARN', ({ level, message, meta }) => {
    if (!message.startsWith(EXPECTED)) log[LEVELS[level]](fieldsOf(meta), message);
  });
}

/** Without the task's token, which allows to end the task. */
function fieldsOf(meta: Record<string | symbol, unknown> | undefined): Record<string, unknown> {
  const { taskToken: _, ...fields } = meta ?? {};
  return fields;
}
