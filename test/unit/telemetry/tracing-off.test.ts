import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Starts tracing in a process of its own; answers what of OpenTelemetry was loaded, and whether there is a tracing. */
function loaded(collector: string | undefined): { modules: string[]; tracing: boolean } {
  const script = `
    import { createRequire } from 'node:module';
    import './worker/create-workers.ts';
    import './api/routes/metrics.ts';
    const { startTracing } = await import('./adapters/telemetry/start-tracing.ts');
    const tracing = await startTracing('test', ${JSON.stringify(collector)});
    const files = Object.keys(createRequire(import.meta.url).cache);
    const modules = files.filter((file) => /opentelemetry.(sdk|exporter)|interceptors-opentelemetry/.test(file));
    console.log(JSON.stringify({ modules, tracing: tracing !== undefined }));
    process.exit(0);`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' }));
}

test('without a collector nothing of tracing is loaded', () => {
  expect(loaded(undefined)).toEqual({ modules: [], tracing: false });
});

test('with one it is, so that the test above can fail', () => {
  const { modules, tracing } = loaded('http://127.0.0.1:9');
  expect(tracing).toBe(true);
  expect(modules.length).toBeGreaterThan(10);
});
