// What a key or a person may do.

export const SCOPES = ['characters', 'identities', 'approve', 'stills', 'ledger', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** The default of a key. */
export const DEFAULT_KEY_SCOPES: readonly Scope[] = SCOPES.filter((scope) => scope !== 'admin');
/** The default of a person: enough to review. */
export const DEFAULT_PERSON_SCOPES: readonly Scope[] = ['characters', 'identities', 'approve'];

export const isScope = (name: unknown): name is Scope => SCOPES.some((scope) => scope === name);
