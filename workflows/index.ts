// What the worker's bundle holds: the workflows, and nothing that they do not need.

export { prepareIdentity } from './prepare-identity.ts';
export { testIdentity } from './test-identity.ts';
