// What the queue and a run of a model need around them.
import type { Faults } from './faults.ts';
import type { FileStore } from './file-store.ts';
import type { Job } from './job.ts';
import type { Journal } from './journal.ts';
import type { Model } from './models/model.ts';
import type { People } from './people.ts';
import type { Settings } from './settings.ts';

export interface JobQueueWorld {
  journal(): Journal;
  settings(): Settings;
  models: ReadonlyMap<string, Model>;
  files: FileStore;
  faults: Faults;
  people: People;
  /** Told of every finished job, also of those cancelled. */
  finished(job: Job): void;
  /** Told of what should not happen, such as a full disk. */
  broken(error: unknown): void;
}
