// The versions of a character: its approved identities, numbered. The stage of an identity says how its run ended; the
// state of its version says whether it may be used.

/**
 * current: what production uses, at most one of a character. available: an older one that may be used by name. retired: not
 * used any more, until somebody makes it current again. revoked: never used again.
 */
export const VERSION_STATES = ['current', 'available', 'retired', 'revoked'] as const;
export type VersionState = (typeof VERSION_STATES)[number];

/** What a person makes of a version; `available` it becomes by itself, when another one becomes current. */
export type VersionChange = Exclude<VersionState, 'available'>;

/** Why a version is not changed. A revoked one stays revoked. */
export const VERSION_REFUSALS = ['version_not_found', 'version_revoked'] as const;
export type VersionRefusal = (typeof VERSION_REFUSALS)[number];
