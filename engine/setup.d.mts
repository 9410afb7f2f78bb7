export type Need = 'packages' | 'console' | 'temporal' | 'test-server' | 'chromium';

/** What set-up knows of the machine it runs on. */
export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  /** The checkout. */
  readonly root: string;
  /** The folder outside the checkout that keeps what was brought. */
  readonly cache: string;
  readonly platform: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  readonly isRoot: boolean;
  /** The origin of Temporal's download service. */
  readonly downloadHost: string;
  /** Takes one line of progress. */
  readonly say: (line: string) => void;
}

/** The executables among what was asked for. */
export interface ResolvedPaths {
  temporalCli?: string;
  testServer?: string;
  chromium?: string;
}

/**
 * Brings what is needed, side by side, and notes where the executables are for `enginePaths()`. What is there already
 * costs milliseconds and prints nothing; what takes longer is announced by a line. Throws one error that tells the
 * next step of everything that could not be brought.
 */
export function setUp(request: { needs: Need[]; machine?: Machine }): Promise<ResolvedPaths>;

/** What a purpose (`packages`, `start` or `test`) needs; throws on any other word. */
export function needsOf(purpose: string): Need[];

/** The resolved executables as environment variables for a child process. */
export function environmentOf(paths: ResolvedPaths): Record<string, string>;
