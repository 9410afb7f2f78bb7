// People, by the access tokens of the tenant's users.

import type { Principal } from './keys.ts';

/** People, by the access tokens of the tenant's users. Throws only `Failure`. */
export interface People {
  /** The principal of a token. `unknown`: not valid for us; `no_tenant`: valid, but its user has no tenant. */
  personOf(token: string): Promise<Principal | 'unknown' | 'no_tenant'>;
}
