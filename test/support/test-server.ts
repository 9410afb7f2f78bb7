// Temporal's servers for tests as processes of ours, waited for as long as a busy machine needs: the SDK, which could
// start them, gives them five seconds (sdk-core/src/ephemeral_server/mod.rs).

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { enginePaths } from '../../engine/paths.mjs';
import { quietPorts } from '../../stack/free-ports.ts';
import type { Ports } from '../../stack/options.ts';
import { searchAttributeArguments } from '../../stack/temporal-server.ts';

export interface TestServer {
  env: TestWorkflowEnvironment;
  /** Closes the connections and ends the server. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const PATIENCE_MS = 120_000;
const PAUSE_MS = 50;
const KEPT_OUTPUT = 4000;

/** The time-skipping server: a week of waiting takes a moment. */
export function startTestServer(executable = enginePaths().testServer): Promise<TestServer> {
  // What the SDK's `createTimeSkipping` does once the server answers. `createFromExistingServer` would not skip time.
  return startServer(
    executable,
    ({ temporal }) => [String(temporal)],
    (address) =>
      // biome-ignore lint/complexity/useLiteralKeys: the SDK keeps this function to itself.
      TestWorkflowEnvironment['create']({ server: { type: 'existing' }, supportsTimeSkipping: true, address }),
  );
}

/** The dev server of the Temporal CLI, with nothing kept: real time, and everything that a real server does. */
export function startDevServer(): Promise<TestServer> {
  const args = [
    'server',
    'start-dev',
    '--ip',
    HOST,
    '--headless',
    '--log-level',
    'error',
    ...searchAttributeArguments(),
  ];
  return startServer(
    enginePaths().temporalCli,
    ({ temporal, api, worker }) => [
      ...args,
      '--port',
      String(temporal),
      // Those that it would choose by itself are often taken when it comes to listen.
      '--http-port',
      String(api),
      '--metrics-port',
      String(worker),
    ],
    (address) => TestWorkflowEnvironment.createFromExistingServer({ address }),
  );
}

async function startServer(
  executable: string,
  args: (ports: Ports) => string[],
  connectTo: (address: string) => Promise<TestWorkflowEnvironment>,
): Promise<TestServer> {
  const ports = await quietPorts();
  const server = spawn(executable, args(ports), { stdio: ['ignore', 'pipe', 'pipe'] });
  // A test process that is ended takes its server along.
  const end = () => void server.kill('SIGKILL');
  process.once('exit', end);
  const stop = async () => {
    process.off('exit', end);
    if (server.pid === undefined || hasEnded(server)) return;
    const ended = once(server, 'exit');
    end();
    await ended;
  };
  try {
    const env = await answer(server, async () =>
      (await accepts(ports.temporal)) ? await connectTo(`${HOST}:${ports.temporal}`) : undefined,
    );
    return {
      env,
      async stop() {
        await env.teardown();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * What `ask` answers, as soon as it answers anything: a server listens before it is ready. Throws with what the server
 * said when it ends before, or never is.
 */
async function answer<T>(server: ChildProcess, ask: () => Promise<T | undefined>): Promise<T> {
  let said = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said = (said + chunk).slice(-KEPT_OUTPUT);
    });
  }
  await once(server, 'spawn');
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(PAUSE_MS)) {
    const answered = await ask().catch((error: unknown) => {
      if (Date.now() > deadline) throw error;
      return undefined;
    });
    if (answered !== undefined) return answered;
    if (hasEnded(server)) throw new Error(`the server ended at its start.\n${said}`);
    if (Date.now() > deadline) throw new Error(`the server did not answer in ${PATIENCE_MS / 1000} s.\n${said}`);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;
