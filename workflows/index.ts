// What the worker's bundle holds: the workflows, and nothing that they do not need.

export { prepareIdentity } from './prepare-identity.ts';
export { settleLeftover } from './settle-leftover.ts';
export { testIdentity } from './test-identity.ts';
