// The worker process: settings, the world behind the ports, one Temporal worker a role, health and metrics.

import { Client } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { createActivities } from '../activities/create-activities.ts';
import { createLog } from '../adapters/telemetry/log.ts';
import { startTracing } from '../adapters/telemetry/start-tracing.ts';
import { readWorkerConfig } from './config.ts';
import { createWorkers } from './create-workers.ts';
import { createWorkerMetrics } from './metrics.ts';
import { createPorts } from './ports.ts';
import { sdkMetrics } from './sdk-metrics.ts';
import { serveStatus } from './status-server.ts';
import { stepWatch } from './step-watch.ts';
import { keepSweepSchedule } from './sweep-schedule.ts';
import { temporalLog } from './temporal-log.ts';

const NAME = 'worker';

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
  const world = createPorts(config, log, { ended: metrics.provider, tracing });
  const temporal = loadClientConnectConfig();
  const connection = await NativeConnection.connect(temporal.connectionOptions);
  const workers = await createWorkers({
    connection,
    namespace: temporal.namespace ?? 'default',
    roles: config.roles,
    activities: createActivities(world.ports),
    workflowBundle: config.workflowBundle,
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

  const stop = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // Started by a stack: without it this process has no purpose, and must not outlive it.
  process.on('disconnect', () => process.exit(0));
  process.channel?.unref(); // listening alone must not keep a process alive that has ended its work

  const stopped = new AbortController();
  if (config.roles.includes('workflow')) {
    const client = new Client({ connection, namespace: temporal.namespace ?? 'default' });
    void keepSweepSchedule(client, config.sweepEveryMs, log, stopped.signal);
  }
  const running = Promise.all(workers.map((worker) => worker.run()));
  log.info({ roles: config.roles }, 'worker is running');
  process.send?.({ type: 'ready' });
  await running;
  stopped.abort();
  status.close();
  await connection.close();
  await Promise.all([world.close(), tracing?.close()]);
}

main().catch((error: unknown) => {
  createLog(NAME, []).fatal({ error: error instanceof Error ? error.message : String(error) }, 'worker could not run');
  process.exitCode = 1;
  if (process.connected) process.disconnect();
});
