// Starts the sandbox in this process: for the demo, for our tests, and for those of our users.
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app.ts';
import { type Books, booksOf } from './books.ts';
import type { Sandbox } from './context.ts';
import type { FaultName } from './fault-registry.ts';
import { type FaultRuleInput, faultRulesSchema } from './fault-rule.ts';
import { Faults } from './faults.ts';
import { FileStore } from './file-store.ts';
import { JobQueue } from './job-queue.ts';
import { type Journal, openJournal } from './journal.ts';
import { MODELS } from './models/registry.ts';
import { People } from './people.ts';
import { DEFAULT_SETTINGS, filesNow, type Settings, settingsChangeSchema, settingsSchema } from './settings.ts';
import { loadSigningKey } from './signing-key.ts';
import { WebhookSender } from './webhooks.ts';

export interface SandboxOptions {
  /** Default 0: any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Keeps requests, books, files and keys. Without one, a folder that lives as long as the server. */
  dataFolder?: string;
  /** Accepted API keys. Default: `sandbox`. */
  keys?: string[];
  /** Guards `/admin/*`; without one these routes answer callers on this machine only. */
  adminToken?: string;
  /** The origin that answers name, when callers reach the server by another address than its own. */
  publicUrl?: string;
  settings?: Partial<Settings>;
  /** Rules to begin with. A restart with the same ones goes on with those in force, and with their counts. */
  faults?: FaultRuleInput[];
  /** A folder of photos of people whom no LoRA shows, one clear face each: they are drawn as "a man" or "a woman". */
  strangers?: string;
  /** Told of what should not happen, such as a full disk. Default: throws it in the process. */
  onError?: (error: unknown) => void;
}

export interface RunningSandbox {
  url: string;
  /** The first accepted API key. */
  key: string;
  settings(): Settings;
  changeSettings(change: Partial<Settings>): void;
  /** Replaces the rules in force, at once. */
  setFaults(rules: FaultRuleInput[]): void;
  /** How often each fault has happened since the data folder was made. */
  faultCounts(): Record<FaultName, number>;
  books(): Books;
  /** Stops serving. Requests in flight stay in the data folder, and go on at the next start. */
  close(): Promise<void>;
}

/** Starts the server; ready to be called when this resolves. Rejects when the port is taken or a setting is wrong. */
export async function startSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
  const host = options.host ?? '127.0.0.1';
  const keys = options.keys ?? ['sandbox'];
  const [key] = keys;
  if (key === undefined) throw new Error('The sandbox needs at least one API key: give `keys`');
  let settings: Settings = settingsSchema.parse({ ...DEFAULT_SETTINGS, ...options.settings });
  const folder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'likeness-sandbox-')));
  await mkdir(folder, { recursive: true });

  const broken = (error: unknown) => {
    if (options.onError) options.onError(error);
    else throw error;
  };
  const signingKey = await loadSigningKey(join(folder, 'webhook-key.pem'));
  let journal: Journal;
  const world = { journal: () => journal, settings: () => settings, broken };
  const faults = new Faults(world.journal);
  const files = new FileStore(join(folder, 'files'), world.journal);
  const webhooks = new WebhookSender({ ...world, faults, key: signingKey });
  const people = new People(options.strangers);
  const jobs = new JobQueue({ ...world, models: MODELS, files, faults, people, finished: (job) => webhooks.send(job) });
  journal = await openJournal(join(folder, 'journal.jsonl'), (entry) => {
    jobs.apply(entry);
    files.apply(entry);
    webhooks.apply(entry);
    faults.apply(entry);
  });
  await files.open(filesNow(settings));
  if (options.faults) await faults.start(faultRulesSchema.parse(options.faults));

  const changeSettings = (change: Partial<Settings>) => {
    settings = { ...settings, ...settingsChangeSchema.parse(change) };
    jobs.tick();
  };
  const sandbox: Sandbox = {
    keys,
    ...(options.adminToken !== undefined && { adminToken: options.adminToken }),
    ...(options.publicUrl !== undefined && { publicUrl: options.publicUrl.replace(/\/$/, '') }),
    models: MODELS,
    jobs,
    files,
    faults,
    signingKey,
    webhookAttempted: (id, ms) => webhooks.attempted(id, ms),
    settings: () => settings,
    changeSettings,
  };
  const server = createAdaptorServer({ fetch: createApp(sandbox).fetch }) as Server;
  server.listen(options.port ?? 0, host);
  await once(server, 'listening');
  jobs.start();
  webhooks.start(jobs.all());

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    key,
    settings: () => settings,
    changeSettings,
    setFaults(rules) {
      faults.replace(faultRulesSchema.parse(rules)).catch(broken);
      jobs.tick();
    },
    faultCounts: () => faults.counts(),
    books: () => booksOf(jobs.all(), faults),
    async close() {
      webhooks.stop();
      await jobs.stop();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await journal.close();
      if (options.dataFolder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
