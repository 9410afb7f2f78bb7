// The Temporal dev server of the stack: its command line, its readiness, and the clean-up after a killed stack.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../workflows/messages.ts';

const PAUSE_MS = 200;

const TYPE_NAMES = { KEYWORD: 'Keyword', DATETIME: 'Datetime' } as const;

export interface TemporalServerOptions {
  port: number;
  uiPort: number;
  databaseFile: string;
}

export function temporalArguments({ port, uiPort, databaseFile }: TemporalServerOptions): string[] {
  return [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--ui-port',
    String(uiPort),
    '--db-filename',
    databaseFile,
    '--dynamic-config-value',
    'matching.enableFairness=true',
    '--log-level',
    'error',
    ...searchAttributeArguments(),
  ];
}

/** Registers the search attributes of our workflows with a dev server. */
export function searchAttributeArguments(): string[] {
  return Object.values(SEARCH_ATTRIBUTES).flatMap(({ name, type }) => [
    '--search-attribute',
    `${name}=${TYPE_NAMES[type]}`,
  ]);
}

/** Resolves when the server answers. */
export async function temporalAnswers(address: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: PAUSE_MS * 5 });
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      return await connection.close();
    } catch {
      await sleep(PAUSE_MS);
    }
  }
}

/**
 * Ends a server that a killed stack left on this database file. The process id was stored; the command line has to name
 * the file, because ids are reused.
 */
export function endLeftover(pidFile: string, databaseFile: string): boolean {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    if (!commandLine.includes(databaseFile)) return false;
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false; // no note, no such process, or a system without /proc
  }
}
