// Starts the API's process, watches it, and ends it.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ApiNews } from './api-process.ts';

export interface ServedApi {
  url: string;
  /** How it ended by itself; undefined while it lives. */
  ended(): string | undefined;
  /** Resident memory of the process, bytes: the newest and the highest. */
  memory(): { now: number; peak: number };
  /** What it wrote to its error output since it was asked last. */
  takeLog(): string;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('./api-process.ts', import.meta.url));

/** Rejects with the end of its output when it can't start. `key` is the only one that it knows. */
export async function serveApi(key: string): Promise<ServedApi> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], {
    env: { ...process.env, LIKENESS_FUZZ_KEY: key },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let log = '';
  let ended: string | undefined;
  const memory = { now: 0, peak: 0 };
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8');
  });
  child.once('exit', (code, signal) => {
    ended = signal ?? `exit status ${code}`;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`The API ended at its start: ${ended}.\n${log.trim()}`)));
    child.on('message', (news: ApiNews) => {
      if (news.type === 'ready') return resolve(news.url);
      memory.now = news.rss;
      memory.peak = Math.max(memory.peak, news.rss);
    });
  });
  return {
    url,
    ended: () => ended,
    memory: () => ({ ...memory }),
    takeLog() {
      const taken = log;
      log = '';
      return taken;
    },
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.disconnect();
  await gone;
}
