/**
 * Runs `work` while holding the lock file, and waits while a living process holds it; `onWait` gets the owner once. A
 * lock is taken over when its owner is dead, or has been silent for two minutes.
 */
export function withLock<T>(file: string, work: () => Promise<T>, onWait?: (owner: string) => void): Promise<T>;

/** Whether the owner that a lock file names is gone; `ageMs` is the time since its last sign of life. */
export function isStale(text: string, ageMs: number): boolean;
