// Terminal code that the stack and the demo share.

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One Ctrl-C may arrive twice, from the terminal and from the parent process. */
const SAME_SIGNAL_MS = 1000;
const INTERRUPTED = 130;

/** Runs `stop` once at the first signal, then exits. A second Ctrl-C does not wait. */
export function onStop(stop: () => Promise<void>): void {
  let stoppingSince: number | undefined;
  const end = () => {
    if (stoppingSince !== undefined) {
      if (Date.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(INTERRUPTED);
      return;
    }
    stoppingSince = Date.now();
    say('\nstopping (Ctrl-C again: at once)');
    stop().then(
      () => {
        say('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        say(error instanceof Error ? error.message : String(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}
