// The workflows that stay on the worker version that they started on, where workers have versions.

export { deliverWebhook } from './deliver-webhook.ts';
export { drawBatch } from './draw-batch.ts';
export { drawStill } from './draw-still.ts';
export { rescoreIdentity } from './rescore-identity.ts';
export { retestIdentity } from './retest-identity.ts';
export { settleLeftover } from './settle-leftover.ts';
export { settleProxyCall } from './settle-proxy-call.ts';
export { sweepOrphans } from './sweep-orphans.ts';
export { testIdentity } from './test-identity.ts';
