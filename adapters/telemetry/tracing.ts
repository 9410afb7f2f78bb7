// The interface of tracing for the rest of the code; without a collector there is none.

import type { ClientPlugin } from '@temporalio/client';
import type { WorkerPlugin } from '@temporalio/worker';

/** The attributes of a request's span: a route and never a path, because paths hold tokens and ids. */
export interface ServedRequest {
  method: string;
  route: string;
  status: number;
}

export interface Tracing {
  /** The span of an incoming request; it continues the caller's trace if the headers have one. */
  request(headers: Headers, work: () => Promise<ServedRequest>): Promise<void>;
  /** The span of an outgoing call. A thrown error marks it and is thrown on; only its name is recorded. */
  call<T>(name: string, attributes: Record<string, string>, work: () => Promise<T>): Promise<T>;
  /** Carries the trace from Temporal's client into workflows and activities. */
  temporal: ClientPlugin & WorkerPlugin;
  /** Sends what has not been sent. */
  close(): Promise<void>;
}
