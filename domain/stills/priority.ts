// Temporal's priority keys, 1 to 5: work of a smaller one is handed out first. A run of an identity has the default, 3.

/** A batch of at most so many stills is one that somebody waits for. */
const INTERACTIVE_STILLS = 4;

/** A person has asked for one more pass of a still, and looks at it. */
export const AGAIN_PRIORITY = 2;

export const batchPriority = (stills: number): number => (stills <= INTERACTIVE_STILLS ? 2 : 4);
