// People, by the access tokens of the tenant's users.

import type { Principal } from './keys.ts';

/** People, by the access tokens of the tenant's users. Throws only `Failure`. */
export interface People {
  /** Who a token is of. `unknown`: not signed by us, expired or not for us; `no_tenant`: truly of one of our users. */
  personOf(token: string): Promise<Principal | 'unknown' | 'no_tenant'>;
}
