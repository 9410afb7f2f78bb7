// What fal's pages leave open, question by question. Each is asked of both sides in the same way.

import { setTimeout as sleep } from 'node:timers/promises';
import { fluxLora } from '../../adapters/fal/models/flux-lora.ts';
import { Failure } from '../../domain/failure.ts';
import { megapixelOfBill } from '../../domain/image-units.ts';
import { formatUsd } from '../../domain/money.ts';
import { billedPrice } from '../../domain/profile.ts';
import { TEST_IMAGE_SIZE } from '../../domain/test-suite.ts';
import type { Answer } from './answer.ts';
import { firstDelivery, type Place } from './receiver.ts';
import { type Ended, type Job, LeftOut, NoAnswer, type Side } from './side.ts';

export const QUESTIONS = {
  image_units: 'How many units is one image of 1024 × 1024 billed as?',
  pending_result: 'What is answered to the result of a request that still waits or runs?',
  upload_lifetime:
    'With which headers is an uploaded file given out, and is it gone after the time it was asked to live?',
  lora_uploaded: 'Is a LoRA fetched that was uploaded there?',
  lora_ours: 'Is a LoRA fetched from an address of ours?',
  webhook: 'Does the webhook come, and is it truly signed?',
  cancel: 'What becomes of a request that is cancelled, and is it billed?',
} as const;
export type Question = keyof typeof QUESTIONS;
export type Answers = Partial<Record<Question, Answer>>;

const { profile } = fluxLora;
const { endpoint } = profile;
/** One megapixel, whatever that is. */
const SMALL = { width: 512, height: 512 } as const;
/** What the product's own test images are. */
const FULL = TEST_IMAGE_SIZE;
const LORA_SECONDS = 3600;
const MAX_FILE = 1_000_000;
/** Milliseconds beyond its lifetime that a file may take to go. */
const GRACE_MS = 3000;
const WEBHOOK_MS = 60_000;
const TOLD_HEADERS = /^(cache-control|expires|age|etag|content-disposition|accept-ranges|x-(fal|object|cache)-.*)$/;

/** The answers of one attempt. What cannot be told is an answer too; a refused key or account ends the check. */
export async function attempt(
  side: Side,
  questions: readonly Question[],
  ask: () => Promise<Answers>,
): Promise<Answers> {
  try {
    return await ask();
  } catch (error) {
    const answer = (kind: 'left_out' | 'no_answer', why: string): Answers =>
      Object.fromEntries(questions.map((question) => [question, { kind, why }]));
    if (error instanceof LeftOut) return answer('left_out', error.message);
    if (error instanceof NoAnswer) return answer('no_answer', error.message);
    if (error instanceof Failure) return answer('no_answer', side.refused(error.message));
    throw error;
  }
}

export async function askImage(side: Side): Promise<Answers> {
  const job = await side.submit(FULL);
  const pending_result = await pendingResult(side, job);
  await side.until('done', job);
  const ended = await side.end(job);
  const megapixel = megapixelOfBill({ size: FULL, images: 1 }, ended.units ?? 0);
  const meaning =
    megapixel === undefined ? 'What a megapixel is cannot be told by it' : `LIKENESS_MEGAPIXEL=${megapixel}`;
  const image_units: Answer = {
    kind: 'answered',
    facts: { outcome: ended.outcome, units: told(ended) },
    notes: [...saidOf(ended), `${meaning}; ${priceOf(ended)}`],
  };
  return { image_units, pending_result };
}

async function pendingResult(side: Side, job: Job): Promise<Answer> {
  const ready: Answer = { kind: 'no_answer', why: 'the image was ready before its result was asked for: run it again' };
  if ((await side.state(job)) === 'done') return ready;
  const status = side.lastSeen().status;
  try {
    await side.provider.result(endpoint, job.requestId);
    return ready;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const seen = side.lastSeen();
    side.refused(error.message);
    const taken = error.code === 'NotReadyYet' ? 'a job that still runs' : error.code;
    const facts = {
      status: `HTTP ${status}`,
      result: `HTTP ${seen.status} ${words(seen.body)}`,
      'we take it for': taken,
    };
    return { kind: 'answered', facts, notes: [] };
  }
}

/** A file that is asked to live so long, looked at now, and again by `after`. */
export async function askLifetime(side: Side, file: Buffer, seconds: number) {
  const url = await side.provider.upload(fileOf(file), seconds);
  const goneAt = Date.now() + seconds * 1000 + GRACE_MS;
  const status = await statusOf(side, url);
  const { headers } = side.lastSeen();
  const told = [...headers].flatMap(([name, value]) => (TOLD_HEADERS.test(name) ? [`${name}: ${value}`] : []));
  return {
    async after(): Promise<Answers> {
      await sleep(Math.max(0, goneAt - Date.now()));
      const facts = {
        'at once': `HTTP ${status}`,
        type: headers.get('content-type') ?? 'none',
        [`after ${seconds} s`]: `HTTP ${await statusOf(side, url)}`,
      };
      return { upload_lifetime: { kind: 'answered', facts, notes: told } };
    },
  };
}

async function statusOf(side: Side, url: string): Promise<number> {
  try {
    const chunks = await side.provider.download(url, MAX_FILE);
    for await (const _ of chunks);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  return side.lastSeen().status;
}

export async function askUploadedLora(side: Side, lora: Buffer): Promise<Answers> {
  const path = await side.provider.upload(fileOf(lora), LORA_SECONDS);
  const job = await side.submit(SMALL, { loras: [{ path, scale: 0.1 }] });
  await side.until('done', job);
  const ended = await side.end(job);
  const facts = { outcome: ended.outcome, units: told(ended) };
  return { lora_uploaded: { kind: 'answered', facts, notes: [...saidOf(ended), priceOf(ended)] } };
}

/** `origin`: where the side reaches the place. */
export async function askOurAddress(side: Side, place: Place, origin: string): Promise<Answers> {
  const address = `${origin.replace(/\/$/, '')}${place.path}`;
  const job = await side.submit(SMALL, { loras: [{ path: address, scale: 0.1 }] }, address);
  await side.until('done', job);
  const doneAt = Date.now();
  const ended = await side.end(job);
  const lora_ours: Answer = {
    kind: 'answered',
    facts: { outcome: ended.outcome, 'asked us': place.fetches.length > 0 ? 'yes' : 'no', units: told(ended) },
    notes: [...saidOf(ended), ...place.fetches, priceOf(ended)],
  };
  const delivery = await firstDelivery(place, WEBHOOK_MS);
  if (!delivery) return { lora_ours, webhook: { kind: 'answered', facts: { came: 'no' }, notes: [] } };
  const body: unknown = JSON.parse(delivery.body.toString());
  const said = typeof body === 'object' && body !== null ? { ...body } : {};
  const names = 'request_id' in said && said.request_id === job.requestId;
  const webhook: Answer = {
    kind: 'answered',
    facts: {
      came: 'yes',
      signature: await side.verifier.verify(delivery.headers, delivery.body),
      status: 'status' in said ? String(said.status) : 'none',
      'names the request': names ? 'yes' : 'no',
    },
    notes: [`${Math.max(0, delivery.at - doneAt)} ms after the request was seen to be done`],
  };
  return { lora_ours, webhook };
}

const WHEN = { queued: 'while it waited', running: 'while it ran' } as const;

/** `like`: the other side's answer, so that both are cancelled in the same state. */
export async function askCancel(side: Side, like?: Answer): Promise<Answers> {
  const job = await side.submit(SMALL);
  if (like?.kind === 'answered' && like.facts.cancelled === WHEN.running) await side.until('running', job);
  const state = await side.state(job);
  if (state === 'done') {
    await side.end(job);
    throw new NoAnswer('the image was ready before it could be cancelled: run it again');
  }
  await side.provider.cancel(endpoint, job.requestId);
  const asked = side.lastSeen();
  let units: string | number = 'not told';
  try {
    await side.until('done', job);
    units = told(await side.end(job));
  } catch (error) {
    // That it is gone is an answer as well.
    if (!(error instanceof Failure)) throw error;
    side.refused(error.message);
  }
  const result = side.lastSeen();
  const facts = {
    cancelled: WHEN[state],
    'cancel answered': `HTTP ${asked.status} ${words(asked.body)}`,
    'then its result': `HTTP ${result.status}${result.status < 300 ? ', an image' : ` ${words(result.body)}`}`,
    units,
  };
  return { cancel: { kind: 'answered', facts, notes: [] } };
}

const fileOf = (bytes: Buffer) => ({ bytes, contentType: 'application/octet-stream', fileName: 'lora.safetensors' });
const told = ({ units }: Ended): string | number => units ?? 'not told';
const priceOf = ({ units }: Ended): string =>
  units === undefined ? 'no bill' : `billed ${formatUsd(billedPrice(profile, units))}`;
const saidOf = ({ outcome, said }: Ended): string[] => (outcome === 'drawn' ? [] : [said]);

const LONGEST_WORDS = 120;

/** What a body says for people or programs, without what differs from request to request. */
function words(body: Record<string, unknown> | undefined): string {
  const said = body?.error_type ?? body?.detail ?? body?.status ?? body?.success ?? '';
  const text = typeof said === 'string' ? said : JSON.stringify(said);
  return text.slice(0, LONGEST_WORDS);
}
