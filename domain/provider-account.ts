// Our account at the provider, as all workers and the API see it: open, or locked until a probe passes. An endpoint
// that the account may not use is closed alone; the others stay open.

/**
 * balance: out of money. admin: locked by the provider's staff. key: the key is refused. other: locked without a known
 * reason.
 */
export const LOCK_KINDS = ['balance', 'admin', 'key', 'other'] as const;
export type LockKind = (typeof LOCK_KINDS)[number];

/** An endpoint that the provider does not allow our account. */
export interface ClosedEndpoint {
  endpoint: string;
  since: string;
  reason: string;
}

/** `since`: ISO time of the last change; a provider that never refused us has none. Only closed endpoints are named. */
export type AccountState = { closedEndpoints?: ClosedEndpoint[] } & (
  | { state: 'ok'; since: string | undefined }
  /** Nothing is submitted. */
  | { state: 'locked'; since: string; reason: string; kind: LockKind }
);

/** What an operator does about a lock. */
export const LOCK_REMEDY: Record<LockKind, string> = {
  balance: 'Top up the balance in the fal dashboard.',
  admin: 'fal has locked the account, and a payment does not unlock it. Write to support@fal.ai.',
  key: 'Check FAL_KEY: it is wrong, was revoked, or belongs to another account.',
  other: 'Check FAL_KEY, and the balance in the fal dashboard.',
};

/** What an operator does about an endpoint that is closed. */
export function endpointRemedy(endpoint: string): string {
  return `Allow ${endpoint} for this key in the fal dashboard (keys, model access). All other endpoints still work.`;
}
