// Faults of what a run ends with: the model has answered, and fal makes something else of it.
import type { Faults } from './faults.ts';
import { type Job, type Outcome, requestFailure } from './job.ts';
import { modelError } from './model-error.ts';

const CHANGED_PRICE_FACTOR = 2;

/** The outcome that is told and billed instead of a good one. */
export async function spoiledOutcome(job: Job, good: Outcome, faults: Faults, microsPerUnit: number): Promise<Outcome> {
  if (await faults.strikesJob('completed_with_error', job)) {
    return requestFailure(job, 500, 'runner_server_error', 'The runner failed while it processed the request');
  }
  if (await faults.strikesJob('result_422', job)) {
    return refused(
      billed(good, job, 0, microsPerUnit),
      'content_policy_violation',
      'The content could not be processed',
    );
  }
  const changed = await faults.strikesJob('price_change', job);
  const outcome = changed ? billed(good, job, good.units * CHANGED_PRICE_FACTOR, microsPerUnit) : good;
  if (await faults.strikesJob('result_422_charged', job)) {
    return refused(outcome, 'no_media_generated', 'The model gave no usable output');
  }
  return { ...outcome, body: await spoiledOutput(job, outcome.body as Record<string, unknown>, faults) };
}

async function spoiledOutput(job: Job, good: Record<string, unknown>, faults: Faults): Promise<unknown> {
  const body = { ...good };
  if ('diffusers_lora_file' in body && (await faults.strikesJob('output_without_lora', job))) {
    delete body.diffusers_lora_file;
  }
  if (Array.isArray(body.images)) {
    if (await faults.strikesJob('output_without_images', job)) body.images = [];
  }
  return body;
}

function billed(outcome: Outcome, job: Job, units: number, microsPerUnit: number): Outcome {
  const headers = { 'x-fal-request-id': job.id, 'x-fal-billable-units': String(units) };
  return { ...outcome, headers, units, chargedMicros: units * microsPerUnit };
}

function refused(outcome: Outcome, type: string, message: string): Outcome {
  const { status, detail } = modelError(422, type, ['body'], message);
  return { ...outcome, status, body: { detail } };
}
