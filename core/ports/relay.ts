// Passes an app's requests about its job to the provider.

/** A stream reports every change until the job has ended. */
export type RelayedLook =
  | 'status'
  | 'status_with_logs'
  | 'status_stream'
  | 'status_stream_with_logs'
  | 'result'
  | 'cancel';

/** Answers as the provider does. Throws Failure when the provider does not answer, or refuses our account. */
export type Relay = (
  look: RelayedLook,
  call: { endpoint: string; requestId: string },
  signal: AbortSignal,
) => Promise<Response>;
