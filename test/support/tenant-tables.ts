/** The tables whose rows a request of another tenant must not change. */
export const TENANT_TABLES = [
  'characters',
  'photos',
  'identities',
  'picture_sets',
  'pictures',
  'decisions',
  'versions',
  'batches',
  'stills',
  'rescores',
  'provider_calls',
] as const;
