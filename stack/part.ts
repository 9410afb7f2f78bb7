// One part of the stack: a process that is started, watched, restarted when it dies, and ended with the stack.

import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

export interface PartOptions {
  name: string;
  /** TypeScript file and its arguments. */
  command: readonly string[];
  env: NodeJS.ProcessEnv;
  /** The file for all output of the process. */
  logFile: string;
  /** Resolves when the part can be used. Without it, a message `{type: 'ready'}` says so. */
  ready?: (signal: AbortSignal) => Promise<void>;
  /** A line for people. */
  say: (line: string) => void;
  /** A guard reports the id of its process. */
  onGuarded?: (pid: number) => void;
}

/** The slowest part is ready after 16 s on two idle cores; a busy machine may take ten times as long. */
const READY_WITHIN_MS = 5 * 60_000;
/** Milliseconds between two lines that say that a part is not ready yet. */
const WAITING_EVERY_MS = 30_000;
const STOP_WITHIN_MS = 30_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** A part that ran this long was well: the next pause is the first one again. */
const WELL_AFTER_MS = 5_000;
const TAIL_LENGTH = 2000;

/** Processes get their own group, so that Ctrl-C reaches only the stack, which then ends them in order. */
export class Part {
  readonly #options: PartOptions;
  #child: ChildProcess | undefined;
  #guarded: number | undefined;
  #stopping = false;
  #pause = FIRST_PAUSE_MS;
  #tail = '';

  constructor(options: PartOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** The running process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  /** Starts the process and waits until it can be used. Throws with the end of its log when it can't. */
  async start(): Promise<void> {
    const { name, ready, logFile, say } = this.#options;
    const child = this.#spawn();
    const giveUp = new AbortController();
    const ended = new Promise<never>((_, reject) => {
      child.once('exit', (code, signal) => {
        reject(new Error(`${name} ended at its start (${signal ?? `code ${code}`}).\n${this.#tail.trim()}`));
      });
    });
    const late = setTimeout(() => {
      const minutes = READY_WITHIN_MS / 60_000;
      giveUp.abort(new Error(`${name} was not ready within ${minutes} minutes. What it said last is in ${logFile}.`));
    }, READY_WITHIN_MS);
    const since = Date.now();
    const waiting = setInterval(() => {
      say(`${name} is not ready yet after ${Math.round((Date.now() - since) / 1000)} s: waiting (its log: ${logFile})`);
    }, WAITING_EVERY_MS);
    const tooLate = new Promise<never>((_, reject) => {
      giveUp.signal.addEventListener('abort', () => reject(giveUp.signal.reason));
    });
    // Either may lose the race; its rejection must not count as unhandled.
    ended.catch(() => undefined);
    tooLate.catch(() => undefined);
    try {
      await Promise.race([ready ? ready(giveUp.signal) : saysReady(child), ended, tooLate]);
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      clearTimeout(late);
      clearInterval(waiting);
      giveUp.abort();
    }
    const startedAt = Date.now();
    child.once('exit', (code, signal) => this.#died(signal ?? `code ${code}`, Date.now() - startedAt));
  }

  /** Ends the process: SIGTERM first, SIGKILL after a wait. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const insist = setTimeout(() => {
      this.#options.say(`${this.name} did not end by itself within ${STOP_WITHIN_MS / 1000} s: it was killed`);
      child.kill('SIGKILL');
    }, STOP_WITHIN_MS);
    await gone;
    clearTimeout(insist);
  }

  #spawn(): ChildProcess {
    const { command, env, logFile } = this.#options;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = createWriteStream(logFile, { flags: 'a' });
    const child = spawn(process.execPath, ['--import', 'tsx', ...command], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.pipe(log, { end: false });
      stream?.on('data', (chunk: Buffer) => {
        this.#tail = (this.#tail + chunk.toString('utf8')).slice(-TAIL_LENGTH);
      });
    }
    child.on('message', (message) => {
      const pid = typeof message === 'object' && message && 'pid' in message ? message.pid : undefined;
      if (typeof pid !== 'number') return;
      this.#guarded = pid;
      this.#options.onGuarded?.(pid);
    });
    child.once('exit', () => log.end());
    this.#child = child;
    return child;
  }

  #died(how: string, ranMs: number): void {
    if (this.#stopping) return;
    const { name, say } = this.#options;
    // A killed guard leaves its process behind.
    if (this.#guarded !== undefined) endProcess(this.#guarded);
    this.#pause = ranMs > WELL_AFTER_MS ? FIRST_PAUSE_MS : Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
    say(`${name} ended (${how}); starting it again`);
    setTimeout(() => {
      if (this.#stopping) return;
      this.start().then(
        () => say(`${name} is back`),
        (error: unknown) => {
          this.#stopping = false; // start() gave this attempt up, not the part
          say(error instanceof Error ? error.message : String(error));
          this.#died('not ready', 0);
        },
      );
    }, this.#pause);
  }
}

function saysReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (typeof message === 'object' && message && 'type' in message && message.type === 'ready') resolve();
    });
  });
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it is gone already
  }
}
