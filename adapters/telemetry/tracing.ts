// What the rest of the code knows of tracing; where no collector is set, there is none.

import type { ClientPlugin } from '@temporalio/client';
import type { WorkerPlugin } from '@temporalio/worker';

/** What a span may say of a request: a route and never a path, because paths hold tokens and ids. */
export interface ServedRequest {
  method: string;
  route: string;
  status: number;
}

export interface Tracing {
  /** The span of a request that came in; it goes on with the caller's trace where the headers name one. */
  request(headers: Headers, work: () => Promise<ServedRequest>): Promise<void>;
  /** The span of a call that goes out. A thrown error marks it and goes on; only its name is noted. */
  call<T>(name: string, attributes: Record<string, string>, work: () => Promise<T>): Promise<T>;
  /** Carries the trace from Temporal's client into workflows and activities. */
  temporal: ClientPlugin & WorkerPlugin;
  /** Sends what has not been sent. */
  close(): Promise<void>;
}
