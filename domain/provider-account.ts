// Our account at the provider, as all workers and the API see it: it works, or it is locked until a probe passes.

/** `since`: ISO time of the last change; a provider that never refused us has none. */
export type AccountState =
  | { state: 'ok'; since: string | undefined }
  /** Locked for want of money, or the key is wrong. Nothing is submitted. */
  | { state: 'locked'; since: string; reason: string };
