// What the sandbox asks of a model: who it is, what it costs, how long it takes and what it answers.
import type { FaultName } from '../fault-registry.ts';
import type { People } from '../people.ts';
import type { Settings } from '../settings.ts';
import type { ShownFace } from '../shown-faces.ts';

/** fal's description of a file in an output. */
export interface FileOutput {
  url: string;
  content_type: string;
  file_name: string;
  file_size: number;
}

export interface ModelRun {
  requestId: string;
  settings: Settings;
  signal: AbortSignal;
  people: People;
  /** Keeps an output file and answers its public address; the same name twice in one run is one file. */
  saveOutput(name: string, contentType: string, bytes: Buffer): Promise<FileOutput>;
  /** Whether a fault asked for strikes in this run; `people`: trigger words of those whom it could be about. */
  faultStrikes(fault: FaultName, people?: string[]): Promise<boolean>;
  /** The trigger word of whom the rule names that struck. */
  faultIsAbout(fault: FaultName): string | undefined;
}

export interface ModelAnswer {
  body: Record<string, unknown>;
  /** What is billed, in the unit of the model's price. */
  units: number;
  /** Of each image that was drawn: whose face is where, for the books. */
  pictures?: ShownFace[][];
}

export interface Model {
  endpoint: string;
  price: { microsPerUnit: number; unit: string };
  /** Names the work that an input asks for, without an address; undefined for an input that names none. */
  correlation(input: unknown): string | undefined;
  /** How long a run takes by the settings, in milliseconds. */
  durationMs(input: unknown, settings: Settings): number;
  /** Log lines of a run of which `done` (0 to 1) has passed. */
  logs(input: unknown, done: number): string[];
  /** Throws ModelError for what the model itself refuses. */
  run(input: unknown, run: ModelRun): Promise<ModelAnswer>;
}
