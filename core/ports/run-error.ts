// Why a call of a run failed: the one error of the port IdentityRuns.

type RunTrouble =
  /** Temporal knows no open run of this id: never started, ended, or past its retention. */
  | 'gone'
  /** Temporal is there, but no worker answered in time. */
  | 'no_worker'
  /** Temporal cannot be reached, or is overloaded: the same call passes later. */
  | 'unavailable'
  /** Temporal refuses the values of the call, and will each time. */
  | 'invalid'
  /** Temporal refuses the API: its key, its namespace, its version. Passes once an operator has acted. */
  | 'misconfigured'
  /** The run itself refused. */
  | 'refused';

export class RunError extends Error {
  readonly trouble: RunTrouble;
  /** The run's own code for the refusal, such as `stale_round`; only with `refused`. */
  readonly refusal: string | undefined;

  constructor(trouble: RunTrouble, message: string, options: { refusal?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RunError';
    this.trouble = trouble;
    this.refusal = options.refusal;
  }
}
