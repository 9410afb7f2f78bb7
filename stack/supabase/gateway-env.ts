// The context of a request, for every shim.

import type { ObjectStore } from './object-store.ts';
import type { RequestScope } from './request-scope.ts';

export interface GatewayEnv {
  Variables: {
    scope: RequestScope;
    store: ObjectStore;
    /** Calls @supabase/lite, one at a time. The answer is whole in memory. */
    lite: (request: Request) => Promise<Response>;
  };
}
