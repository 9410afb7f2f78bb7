// A thousand watchers of one run: what they cost the API's process, and how often the run is asked for its state.

import { readFileSync } from 'node:fs';
import { Agent, type ClientRequest, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoKey } from '../../stack/first-key.ts';
import type { Figure } from '../figure.ts';
import { spreadOf } from '../stats.ts';
import type { ApiBench } from './caller.ts';

const WATCHERS = 1000;
/** A key may watch a hundred times at once (api/stream-limit.ts). */
const WATCHERS_A_KEY = 100;
const SECONDS = 20;
const SETTLE_MS = 3000;
const BYTES_PER_MB = 2 ** 20;
const BYTES_PER_PAGE = 4096;
/** Clock ticks a second in /proc/<pid>/stat. */
const TICKS = 100;
/** Fields of /proc/<pid>/stat behind the name of the program: times in user and kernel mode, resident pages. */
const [USER_TICKS, KERNEL_TICKS, RESIDENT_PAGES] = [11, 12, 21];

export async function measureWatchers(bench: ApiBench, identityIds: string[]): Promise<Figure[]> {
  const pid = bench.stack.pidOf('api');
  const [identityId] = identityIds;
  if (pid === undefined || identityId === undefined) throw new Error('There is no API, or no run to watch.');
  const before = usage(pid);
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
  const streams: ClientRequest[] = [];
  try {
    for (let opened = 0; opened < WATCHERS; opened += WATCHERS_A_KEY) {
      const key = await demoKey(bench.stack.database);
      const url = `${bench.stack.urls.api}/v1/identities/${identityId}/events`;
      const batch = Array.from({ length: WATCHERS_A_KEY }, () => watch(url, key, agent, streams));
      await Promise.all(batch);
    }
    bench.say(`watchers: ${streams.length} have the first state`);
    await sleep(SETTLE_MS);
    const [started, asked] = [usage(pid), await looks(bench)];
    await sleep(SECONDS * 1000);
    const [ended, askedThen] = [usage(pid), await looks(bench)];
    const one = (name: string, unit: Figure['unit'], value: number, aim?: string): Figure => ({
      name,
      unit,
      ours: spreadOf([value]),
      ...(aim === undefined ? {} : { aim }),
    });
    return [
      one(`${WATCHERS} watchers of one run: look-ups of its state`, '1/s', (askedThen - asked) / SECONDS, '1 a second'),
      one(
        `${WATCHERS} watchers: one core's time in the API`,
        '%',
        ((ended.cpuSeconds - started.cpuSeconds) * 100) / SECONDS,
      ),
      one(`${WATCHERS} watchers: memory of the API beyond none`, 'MB', (ended.rss - before.rss) / BYTES_PER_MB),
    ];
  } finally {
    for (const stream of streams) stream.destroy();
    agent.destroy();
  }
}

/** Resolves when the first state has come. */
function watch(url: string, key: string, agent: Agent, streams: ClientRequest[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' };
    const stream = request(url, { agent, headers }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`A watcher was answered ${answer.statusCode}.`));
      answer.on('data', (chunk: Buffer) => chunk.includes('event: state') && resolve());
      answer.on('error', () => undefined); // ended by us
    });
    stream.on('error', reject);
    streams.push(stream);
    stream.end();
  });
}

/** Queries that the worker has answered since its start, as Temporal's SDK counts them. */
async function looks({ ports }: ApiBench): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${ports.worker}/metrics`)).text();
  const samples = text.matchAll(/^temporal_request_total\{[^}]*operation="RespondQueryTaskCompleted"[^}]*\} (\d+)/gm);
  return [...samples].reduce((sum, [, count]) => sum + Number(count), 0);
}

function usage(pid: number): { cpuSeconds: number; rss: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .map(Number);
  const cpuSeconds = ((fields[USER_TICKS] ?? 0) + (fields[KERNEL_TICKS] ?? 0)) / TICKS;
  return { cpuSeconds, rss: (fields[RESIDENT_PAGES] ?? 0) * BYTES_PER_PAGE };
}
