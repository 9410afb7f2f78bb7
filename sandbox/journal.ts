// The sandbox's memory: one JSON object a line, appended and synced before anything is acknowledged.
import { type FileHandle, open, readFile, truncate } from 'node:fs/promises';
import type { FaultName } from './fault-registry.ts';
import type { FaultRule } from './fault-rule.ts';
import type { Job, Outcome } from './job.ts';

export type JournalEntry =
  | { type: 'accepted'; job: Job }
  | { type: 'started'; id: string; at: number }
  /** Back in the queue in the middle of its run; it does not start again before `notBefore`. */
  | { type: 'requeued'; id: string; at: number; notBefore: number }
  | { type: 'cancel_asked'; id: string; at: number }
  | { type: 'finished'; id: string; at: number; outcome: Outcome }
  | { type: 'payload_deleted'; id: string; at: number }
  | { type: 'webhook_tried'; id: string; at: number; attempt: number; status: number | null; final: boolean }
  | { type: 'file_opened'; token: string; name: string; contentType: string; expiresAt: number | null; job?: string }
  | { type: 'file_stored'; token: string; size: number }
  | { type: 'file_removed'; token: string }
  | { type: 'faults_set'; rules: FaultRule[]; atStart?: true }
  /** `rule`: its place among those in force; `drawn`: how often that rule has been asked. */
  | { type: 'fault_struck'; fault: FaultName; rule: number; drawn: number; job?: string; person?: string };

export interface Journal {
  /** Resolves once the entry is on the disk. */
  append(entry: JournalEntry): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the journal at `path` and hands every entry it holds to `replay`, oldest first.
 * A last line that a crash tore is cut off: nobody was told that it was kept.
 */
export async function openJournal(path: string, replay: (entry: JournalEntry) => void): Promise<Journal> {
  const kept = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const whole = kept.lastIndexOf('\n') + 1;
  if (whole < kept.length) await truncate(path, whole);
  for (const line of kept.subarray(0, whole).toString('utf8').split('\n')) {
    if (line !== '') replay(JSON.parse(line) as JournalEntry);
  }
  return groupCommit(await open(path, 'a', 0o600));
}

/** Entries that arrive while a sync is under way share the next one. */
function groupCommit(file: FileHandle): Journal {
  let waiting: string[] = [];
  let nextFlush: Promise<void> | undefined;
  let lastFlush: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    const lines = waiting;
    waiting = [];
    nextFlush = undefined;
    await file.appendFile(lines.join(''));
    await file.datasync();
  }

  return {
    append(entry) {
      waiting.push(`${JSON.stringify(entry)}\n`);
      if (!nextFlush) {
        nextFlush = lastFlush.then(flush);
        lastFlush = nextFlush.catch(() => undefined);
      }
      return nextFlush;
    },
    async close() {
      await lastFlush;
      await file.close();
    },
  };
}
