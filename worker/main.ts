// The worker process: settings, the adapters behind the ports, one Temporal worker per role, health and metrics.

import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { createActivities } from '../activities/create-activities.ts';
import { createLog } from '../adapters/telemetry/log.ts';
import { startTracing } from '../adapters/telemetry/start-tracing.ts';
import { checkModels } from '../adapters/vision/model-files.ts';
import { readWorkerConfig } from './config.ts';
import { createWorkers } from './create-workers.ts';
import { createWorkerMetrics } from './metrics.ts';
import { createPorts } from './ports.ts';
import { runTogether } from './run-together.ts';
import { sdkMetrics } from './sdk-metrics.ts';
import { serveStatus } from './status-server.ts';
import { stepWatch } from './step-watch.ts';
import { keepSweepSchedule } from './sweep-schedule.ts';
import { temporalLog } from './temporal-log.ts';

const NAME = 'worker';
/** Milliseconds in which a failed process closes its connections. */
const CLOSE_MS = 5_000;

async function main(): Promise<void> {
  const config = readWorkerConfig(process.env);
  const log = createLog(NAME, config.secrets);
  const sdk = await sdkMetrics();
  Runtime.install({
    logger: temporalLog(log),
    telemetryOptions: { metrics: sdk.telemetry },
    shutdownSignals: [], // ours, below: a second Ctrl-C must not cut the first one short
  });
  const tracing = await startTracing('likeness-worker', config.traceCollector);
  const metrics = createWorkerMetrics({ pictures: () => world.pictures(), sdk });
  if (config.roles.includes('vision')) await checkModels();
  const world = createPorts(config, log, { ended: metrics.provider, tracing });
  const temporal = loadClientConnectConfig();
  const connection = await NativeConnection.connect(temporal.connectionOptions);
  const workers = await createWorkers({
    connection,
    namespace: temporal.namespace ?? 'default',
    roles: config.roles,
    activities: createActivities(world.ports),
    workflowBundle: config.workflowBundle,
    version: config.version,
    providerSlots: config.providerSlots,
    providerRate: config.providerRate,
    visionSlots: config.visionThreads,
    watch: stepWatch(log, metrics.step),
    tracing: tracing?.temporal,
  });
  const status = await serveStatus({
    port: config.port,
    running: () => workers.every((worker) => worker.getState() === 'RUNNING'),
    roles: config.roles,
    metrics,
    metricsToken: config.metricsToken,
  });

  const running = runTogether(workers);
  process.on('SIGINT', running.stop);
  process.on('SIGTERM', running.stop);
  // The parent is a stack: without it this process must end.
  process.on('disconnect', () => process.exit(0));
  process.channel?.unref(); // listening alone must not keep a process alive that has ended its work

  const stopped = new AbortController();
  if (config.roles.includes('workflow')) {
    const client = new Client({ connection, namespace: temporal.namespace ?? 'default' });
    void keepSweepSchedule(client, config.sweepEveryMs, log, stopped.signal);
  }
  log.info({ roles: config.roles, version: config.version }, 'worker is running');
  process.send?.({ type: 'ready' });
  async function close(): Promise<void> {
    stopped.abort();
    status.close();
    await connection.close();
    await Promise.all([world.close(), tracing?.close()]);
  }
  try {
    await running.ended;
  } catch (error) {
    // Closing may hang after a failure; the process ends anyway.
    await Promise.race([close().catch(() => undefined), sleep(CLOSE_MS)]);
    throw error;
  }
  await close();
}

main().catch((error: unknown) => {
  createLog(NAME, []).fatal({ error: error instanceof Error ? error.message : String(error) }, 'worker could not run');
  // At once: an open timer or socket must not keep a failed process alive.
  process.exit(1);
});
