// What the worker's bundle holds: the workflows, and nothing that they do not need.

export { deliverWebhook } from './deliver-webhook.ts';
export { prepareIdentity } from './prepare-identity.ts';
export { rescoreIdentity } from './rescore-identity.ts';
export { retestIdentity } from './retest-identity.ts';
export { settleLeftover } from './settle-leftover.ts';
export { settleProxyCall } from './settle-proxy-call.ts';
export { sweepOrphans } from './sweep-orphans.ts';
export { testIdentity } from './test-identity.ts';
