// Runs a program and ends it when our parent is gone: `tsx stack/guard.ts PROGRAM …`. When the parent was killed, the
// channel to it closes; this process waits for that.

import { spawn } from 'node:child_process';

const KILL_AFTER_MS = 10_000;

const [program, ...args] = process.argv.slice(2);
if (!program) throw new Error('Name the program to guard.');

const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
process.send?.({ type: 'started', pid: child.pid });

function stop(): void {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref();
}
process.on('disconnect', stop);
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code) => process.exit(code ?? 1));
