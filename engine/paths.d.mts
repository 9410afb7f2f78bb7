export interface EnginePaths {
  /** The Temporal CLI, which holds the dev server and its Web UI. */
  readonly temporalCli: string;
  /** The time-skipping test server; takes a port as its only argument. */
  readonly testServer: string;
  /** A Chromium or Chrome for headless use. */
  readonly chromium: string;
}

/**
 * The executables that set-up resolved: the environment variable of each first (`TEMPORAL_CLI`, `TEMPORAL_TEST_SERVER`,
 * `CHROMIUM_PATH`), then set-up's record in the cache. Installs nothing. Reading a property whose executable is missing
 * throws an error that names the command to run; the others can still be read.
 */
export function enginePaths(env?: NodeJS.ProcessEnv): EnginePaths;

/** `LIKENESS_CACHE`, else `$XDG_CACHE_HOME/likeness`, else `~/.cache/likeness`. */
export function cacheFolder(env: NodeJS.ProcessEnv): string;
