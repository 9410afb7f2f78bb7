// What stack and demo share of the terminal.

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs `stop` once when somebody wants an end, then exits. A second Ctrl-C does not wait. */
export function onStop(stop: () => Promise<void>): void {
  let stopping = false;
  const end = () => {
    if (stopping) process.exit(130);
    stopping = true;
    say('\nstopping (Ctrl-C again: at once)');
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        say(error instanceof Error ? error.message : String(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}
