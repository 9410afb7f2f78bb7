// Looks at a request that an app makes through the proxy.

/** A stream tells every change until the job has ended. */
export type RelayedLook =
  | 'status'
  | 'status_with_logs'
  | 'status_stream'
  | 'status_stream_with_logs'
  | 'result'
  | 'cancel';

/** A look at a request, answered as the provider answers it. Throws Failure when it does not, or refuses our account. */
export type Relay = (
  look: RelayedLook,
  call: { endpoint: string; requestId: string },
  signal: AbortSignal,
) => Promise<Response>;
