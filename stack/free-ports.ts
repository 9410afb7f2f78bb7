// Finds free ports by listening on them for a moment.

import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import type { PortName, Ports } from './options.ts';
import { STACK_PORTS } from './options.ts';

const HOST = '127.0.0.1';
const QUIET_RANGE = [20_000, 32_000] as const;

/** Listens on a port (0: any) and closes it; answers the port, or undefined when it is taken. */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}

/** Throws an Error that names every taken port and how to change it. */
export async function requireFree(ports: Ports): Promise<void> {
  const taken: string[] = [];
  for (const name of Object.keys(STACK_PORTS) as PortName[]) {
    const { env, title } = STACK_PORTS[name];
    if ((await tryPort(ports[name])) === undefined) {
      taken.push(`Port ${ports[name]} (${title}) is taken. Stop what listens there, or set ${env} to another port.`);
    }
  }
  if (taken.length > 0) throw new Error(taken.join('\n'));
}

/** The requested ports, and any free one for each that is taken. */
export async function orAnyFree(ports: Ports): Promise<Ports> {
  const free = { ...ports };
  const given = new Set<number>();
  for (const name of Object.keys(STACK_PORTS) as PortName[]) {
    let port = given.has(ports[name]) ? undefined : await tryPort(ports[name]);
    while (port === undefined || given.has(port)) port = await tryPort(0);
    given.add(port);
    free[name] = port;
  }
  return free;
}

/**
 * Free ports that other programs rarely take while a part is down: neither the standard ones nor those that systems
 * give to outgoing connections (from 32768 on).
 */
export async function quietPorts(): Promise<Ports> {
  const free: Partial<Ports> = {};
  for (const name of Object.keys(STACK_PORTS) as PortName[]) {
    let port: number | undefined;
    while (port === undefined || Object.values(free).includes(port)) port = await tryPort(randomInt(...QUIET_RANGE));
    free[name] = port;
  }
  return free as Ports;
}
