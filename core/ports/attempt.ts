// What a piece of work knows of whoever has it done: a step that is tried again until it ends.

export interface Attempt {
  /** Aborted when the work is cancelled. */
  readonly signal: AbortSignal;
  /** Counts from 1. */
  readonly number: number;
  /** When the work was asked for: milliseconds since 1970, the same in every attempt. */
  readonly scheduledAt: number;
  /** The same in every attempt, and like that of no other work. */
  readonly name: string;
  /** Tells that it goes on, and how far it is. */
  beat(progress?: unknown): void;
  /** For operators. */
  warn(message: string, details: Record<string, unknown>): void;
}

/** A step as core does it: the same as the workflow asks for, with what there is to know of the attempt. */
export type Work<Step> = Step extends (input: infer In) => infer Out ? (input: In, attempt: Attempt) => Out : never;
