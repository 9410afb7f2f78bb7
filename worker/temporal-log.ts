// What Temporal's SDK logs, as lines of ours: `workflowId`, `activityType` and `attempt` come with them.

import { DefaultLogger } from '@temporalio/worker';
import type { Logger } from 'pino';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
/** The roles without workflows are meant to have none. */
const EXPECTED = 'No workflows registered';

export function temporalLog(log: Logger): DefaultLogger {
  return new DefaultLogger('WARN', ({ level, message, meta }) => {
    if (!message.startsWith(EXPECTED)) log[LEVELS[level]](fieldsOf(meta), message);
  });
}

/** Without the task's token: whoever has it could end the task. */
function fieldsOf(meta: Record<string | symbol, unknown> | undefined): Record<string, unknown> {
  const { taskToken: _, ...fields } = meta ?? {};
  return fields;
}
