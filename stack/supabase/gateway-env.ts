// What every shim finds in the context of its request.

import type { ObjectStore } from './object-store.ts';
import type { RequestScope } from './request-scope.ts';

export interface GatewayEnv {
  Variables: {
    scope: RequestScope;
    store: ObjectStore;
    /** Asks @supabase/lite, in turn. The answer is whole in memory. */
    lite: (request: Request) => Promise<Response>;
  };
}
