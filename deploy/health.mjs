// Whether the process in this container answers on the port that is given: `node deploy/health.mjs 8787`.

const LIMIT_MS = 4_000;

try {
  const answer = await fetch(`http://127.0.0.1:${process.argv[2]}/healthz`, { signal: AbortSignal.timeout(LIMIT_MS) });
  if (!answer.ok) throw new Error(`it answers ${answer.status}`);
} catch (error) {
  process.stderr.write(`not healthy: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
