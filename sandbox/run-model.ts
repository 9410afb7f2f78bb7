// One run of a model for one request: the real work and the scheduled time, whichever ends later, and the bill.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Outcome } from './job.ts';
import type { JobQueueWorld } from './job-queue-world.ts';
import { ModelError, modelError } from './model-error.ts';
import type { FileOutput, ModelRun } from './models/model.ts';
import { spoiledOutcome } from './outcome-faults.ts';
import { filesNow } from './settings.ts';

/** Runs the job's model. Rejects only when `signal` says that the sandbox closes, or when the disk fails. */
export async function runModel(job: Job, world: JobQueueWorld, signal: AbortSignal): Promise<Outcome> {
  const model = world.models.get(job.endpoint);
  if (!model) throw new Error(`${job.endpoint} was accepted but is not served`);
  const settings = world.settings();
  const endsAt = (job.startedAt ?? Date.now()) + (job.hurried ? 0 : model.durationMs(job.input, settings));
  const run: ModelRun = {
    requestId: job.id,
    settings,
    signal,
    people: world.people,
    saveOutput: (name, contentType, bytes) => saveOutput(job, world, name, contentType, bytes),
    faultStrikes: (fault, people) => world.faults.strikesJob(fault, { ...job, ...(people && { people }) }),
    faultIsAbout: (fault) => world.faults.isAbout(fault, job.id),
  };
  const working = model.run(job.input, run).catch((error: unknown) => {
    if (error instanceof ModelError) return error;
    if (signal.aborted) throw error;
    world.broken(error);
    return modelError(500, 'internal_server_error', ['body'], 'Internal server error');
  });
  const scheduled = sleep(Math.max(0, endsAt - Date.now()), undefined, { signal });
  scheduled.catch(() => undefined);
  // The work first: a closing sandbox waits for it, so that nothing is written after the end.
  const answer = await working;
  await scheduled;

  // A run that the model refused is not billed: fal answers such 422s with zero units.
  const failed = answer instanceof ModelError;
  const units = failed ? 0 : answer.units;
  const outcome: Outcome = {
    status: failed ? answer.status : 200,
    headers: { 'x-fal-request-id': job.id, 'x-fal-billable-units': String(units) },
    body: failed ? { detail: answer.detail } : answer.body,
    units,
    chargedMicros: units * model.price.microsPerUnit,
    ...(!failed && answer.pictures && { pictures: answer.pictures }),
  };
  return failed ? outcome : spoiledOutcome(job, outcome, world.faults, model.price.microsPerUnit);
}

/** The token is drawn from request and name, so that a run repeated after a crash writes the same file. */
async function saveOutput(
  job: Job,
  world: JobQueueWorld,
  name: string,
  contentType: string,
  bytes: Buffer,
): Promise<FileOutput> {
  const token = createHash('sha256').update(`${job.id}/${name}`).digest('hex').slice(0, 32);
  const { outputSeconds } = job;
  const expiresAt = outputSeconds === undefined ? null : filesNow(world.settings()) + outputSeconds * 1000;
  await world.files.announce({ token, name, contentType, expiresAt, job: job.id });
  await world.files.store(token, Readable.from([bytes]));
  return {
    url: `${job.origin}/files/${token}/${name}`,
    content_type: contentType,
    file_name: name,
    file_size: bytes.length,
  };
}
