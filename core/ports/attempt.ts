// The context of one attempt of a step; a step is retried until it ends.

export interface Attempt {
  /** Aborted when the work is cancelled. */
  readonly signal: AbortSignal;
  /** Counts from 1. */
  readonly number: number;
  /** When the step was scheduled: milliseconds since 1970, the same in every attempt. */
  readonly scheduledAt: number;
  /** Unique to the step, and the same in every attempt. */
  readonly name: string;
  /** Heartbeat: the step still runs, with its progress. */
  beat(progress?: unknown): void;
  /** For operators. */
  warn(message: string, details: Record<string, unknown>): void;
}

/** A step as core implements it: the workflow's input, and the context of the attempt. */
export type Work<Step> = Step extends (input: infer In) => infer Out ? (input: In, attempt: Attempt) => Out : never;
