// A program of ours run as a person runs it: a Node process of its own, to its end.

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Ran {
  status: number;
  stdout: string;
  stderr: string;
}

/** Many times what the slowest of these programs takes, and less than a test may take. */
const PATIENCE_MS = 2 * 60_000;

/**
 * Runs `node --import tsx ...args`, and answers whatever status it ends with. One that does not end is killed and run
 * once more, and said on stderr with what its threads waited for: Node itself may, very rarely, hang while it ends
 * (nodejs/node#54918). Rejects when it does not end the second time either.
 */
export async function runNode(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ran> {
  try {
    return await attempt(args, env);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return attempt(args, env);
  }
}

function attempt(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  return new Promise((resolve, reject) => {
    let hung: string | undefined;
    const child = execFile(process.execPath, ['--import', 'tsx', ...args], { env }, (error, stdout, stderr) => {
      clearTimeout(timer);
      if (hung !== undefined)
        reject(new Error(`${args.join(' ')} did not end. It printed:\n${stdout}${stderr}\nIts threads: ${hung}`));
      else resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
    const timer = setTimeout(() => {
      hung = threadsOf(child.pid);
      child.kill('SIGKILL');
    }, PATIENCE_MS);
  });
}

/** The name of each thread and the kernel call that it waits in; empty where /proc does not tell. */
function threadsOf(pid: number | undefined): string {
  const tasks = `/proc/${pid}/task`;
  const line = (thread: string, file: string) => readFileSync(`${tasks}/${thread}/${file}`, 'utf8').trim();
  try {
    return readdirSync(tasks)
      .map((thread) => `${line(thread, 'comm')} in ${line(thread, 'wchan')}`)
      .join(', ');
  } catch {
    return '';
  }
}
