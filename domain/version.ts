// The versions of a character: its approved identities, numbered. The stage of an identity says how its run ended; the
// state of its version says whether it may be used.

/**
 * current: used in production, at most one of a character. available: an older one that may be used by name. retired:
 * not used until a person makes it current again. revoked: never used again.
 */
export const VERSION_STATES = ['current', 'available', 'retired', 'revoked'] as const;
export type VersionState = (typeof VERSION_STATES)[number];

/** The states that a person can set. A version becomes `available` when another one becomes current. */
export type VersionChange = Exclude<VersionState, 'available'>;

/** Why a version is not changed. A revoked one stays revoked. */
export const VERSION_REFUSALS = ['version_not_found', 'version_revoked'] as const;
export type VersionRefusal = (typeof VERSION_REFUSALS)[number];
