// Temporal's runtime of this process, with the quiet logger. A process has one.

import { Runtime } from '@temporalio/worker';
import { quiet } from './quiet-logger.ts';

Runtime.install({ logger: quiet, telemetryOptions: { logging: { filter: 'OFF' } } });
