/**
 * Runs `work` while holding the lock file, and waits as long as a living process holds it; `onWait` hears the owner
 * once. A lock whose owner died, or fell silent for two minutes, is taken over.
 */
export function withLock<T>(file: string, work: () => Promise<T>, onWait?: (owner: string) => void): Promise<T>;

/** Whether the owner that a lock file names is gone; `ageMs` is the time since its last sign of life. */
export function isStale(text: string, ageMs: number): boolean;
