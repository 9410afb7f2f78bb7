// fal.ai, or the sandbox that speaks as it does.

import type { JobQueue } from './job-queue.ts';
import type { ProviderFiles } from './provider-files.ts';

export interface Provider extends JobQueue, ProviderFiles {}
