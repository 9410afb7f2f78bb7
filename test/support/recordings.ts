// The recorded histories that the replay gate replays: the newest of every branch, and those of each release.

import { readdirSync, readFileSync } from 'node:fs';
import { type ReplayWorkerOptions, Worker } from '@temporalio/worker';

export const HISTORIES = new URL('../histories/', import.meta.url);

/** A file in the folder, by its path in there: `rescued.json`, `releases/1.2.0/rescued.json`. */
export type Recording = string;

export interface Recordings {
  newest: Recording[];
  /** Never written again once a release is cut. */
  released: Recording[];
}

export function recordingsIn(folder: URL): Recordings {
  const jsonIn = (under: string) =>
    readdirSync(new URL(under, folder))
      .filter((name) => name.endsWith('.json'))
      .map((name) => under + name);
  const releases = readdirSync(new URL('releases/', folder), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  return { newest: jsonIn(''), released: releases.flatMap(({ name }) => jsonIn(`releases/${name}/`)) };
}

export function textOf(recording: Recording, folder: URL): string {
  return readFileSync(new URL(recording, folder), 'utf8');
}

/** Throws when the workflows would not give the commands that the history holds. */
export async function replay(text: string, worker: ReplayWorkerOptions): Promise<void> {
  // Children get their ids from the run's: the replayed run has to have the id that it was recorded with.
  const workflowId = /"(identity\/[0-9a-f-]+)/.exec(text)?.[1] ?? 'replayed';
  await Worker.runReplayHistory(worker, JSON.parse(text), workflowId);
}
