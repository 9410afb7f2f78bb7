// The sandbox as a function, for tests: import { startSandbox } from '@likeness/fal-sandbox'.

export type { Books } from './books.ts';
export { FAULT_NAMES, type FaultName } from './fault-registry.ts';
export type { FaultRuleInput } from './fault-rule.ts';
export { type RunningSandbox, type SandboxOptions, startSandbox } from './server.ts';
export type { Settings } from './settings.ts';
