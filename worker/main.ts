// The worker process: settings, the world behind the ports, one Temporal worker a role, a health answer.

import { createServer } from 'node:http';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import { createActivities } from '../activities/create-activities.ts';
import { readWorkerConfig } from './config.ts';
import { createWorkers } from './create-workers.ts';
import { createPorts } from './ports.ts';

const log = pino({ name: 'worker' });

async function main(): Promise<void> {
  const config = readWorkerConfig(process.env);
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ meta, message }) => {
      // The roles without workflows are meant to have none.
      if (!message.startsWith('No workflows registered')) log.warn(meta ?? {}, message);
    }),
    shutdownSignals: [], // ours, below: a second Ctrl-C must not cut the first one short
  });
  const { ports, close } = createPorts(config, log);
  const temporal = loadClientConnectConfig();
  const connection = await NativeConnection.connect(temporal.connectionOptions);
  const workers = await createWorkers({
    connection,
    namespace: temporal.namespace ?? 'default',
    roles: config.roles,
    activities: createActivities(ports),
    workflowBundle: config.workflowBundle,
    providerSlots: config.providerSlots,
    providerRate: config.providerRate,
    visionSlots: config.visionThreads,
  });

  const health = createServer((request, response) => {
    if (request.url !== '/healthz') return response.writeHead(404).end();
    const running = workers.every((worker) => worker.getState() === 'RUNNING');
    response.writeHead(running ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: running ? 'ok' : 'stopping', roles: config.roles }));
  });
  await new Promise<void>((resolve, reject) => {
    health.once('error', reject).listen(config.port, resolve);
  });

  const stop = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // Started by a stack: without it this process has no purpose, and must not outlive it.
  process.on('disconnect', () => process.exit(0));

  const running = Promise.all(workers.map((worker) => worker.run()));
  log.info({ roles: config.roles }, 'worker is running');
  process.send?.({ type: 'ready' });
  await running;
  health.close();
  await connection.close();
  await close();
}

main().catch((error: unknown) => {
  log.fatal({ error: error instanceof Error ? error.message : String(error) }, 'worker could not run');
  process.exitCode = 1;
  if (process.connected) process.disconnect();
});
