// All questions, of fal and of a sandbox that is started for it, and what came of them.

import { usd } from '../../domain/money.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { type Answer, type Verdict, verdictOf } from './answer.ts';
import { CannotRun, type CheckOptions } from './options.ts';
import { Purse } from './purse.ts';
import {
  type Answers,
  askCancel,
  askImage,
  askLifetime,
  askOurAddress,
  askUploadedLora,
  attempt,
  QUESTIONS,
  type Question,
} from './questions.ts';
import { startReceiver } from './receiver.ts';
import { createSide, type Side } from './side.ts';
import { smallLora } from './small-lora.ts';

export interface Row {
  id: Question;
  question: string;
  fal: Answer;
  sandbox: Answer;
  verdict: Verdict;
}

export interface FalReport {
  /** `fal`, or the address that was asked instead. */
  asked: string;
  at: string;
  maxUsd: number;
  /** What fal's bills name, and what may have been spent at most: with what was sent and not billed to us. */
  billedUsd: number;
  spentAtMostUsd: number;
  rows: Row[];
}

/** Quick, and slow enough for a request to be seen in each of its states. */
const SANDBOX = { queueMs: 800, imageMs: 1500 };
const NO_ADDRESS: Answer = {
  kind: 'not_tried',
  why: 'set --public-url to the address of a tunnel that leads to --port of this machine',
};
const NEVER_ASKED: Answer = { kind: 'no_answer', why: 'it was not asked' };

/** @param say is told what is being asked. Throws CannotRun when fal refuses the key or the account, or is not there. */
export async function checkFal(options: CheckOptions, say: (line: string) => void): Promise<FalReport> {
  const { credentials, base, publicUrl, maxSpend, fileSeconds, port } = options;
  const lora = smallLora();
  const purse = new Purse(maxSpend);
  const fal = withKey(() => createSide({ credentials, base, purse }));
  const receiver = await startReceiver(port, lora);
  const sandbox = await startSandbox({ settings: SANDBOX });
  try {
    // An upload is free, and tells whether the key is taken before anything is paid with it.
    say('fal: uploading a file');
    const falFile = await reachable(fal, () => askLifetime(fal, lora, fileSeconds));
    const falAnswers = await askAll(fal, lora, say);
    if (publicUrl === undefined) Object.assign(falAnswers, { lora_ours: NO_ADDRESS, webhook: NO_ADDRESS });
    else Object.assign(falAnswers, await ours(fal, publicUrl));

    say('the sandbox: the same');
    const own = createSide({ credentials: sandbox.key, base: sandbox.url, purse: new Purse(Number.MAX_SAFE_INTEGER) });
    const ownFile = await askLifetime(own, lora, fileSeconds);
    const ownAnswers = {
      ...(await askAll(own, lora, () => undefined, falAnswers)),
      ...(await ours(own, receiver.url)),
    };

    say(`waiting until a file that was to live ${fileSeconds} s is gone`);
    Object.assign(falAnswers, await attempt(fal, ['upload_lifetime'], falFile.after));
    Object.assign(ownAnswers, await attempt(own, ['upload_lifetime'], ownFile.after));
    return {
      asked: base ?? 'fal',
      at: new Date().toISOString(),
      maxUsd: usd(maxSpend),
      billedUsd: usd(purse.billed),
      spentAtMostUsd: usd(purse.spentAtMost),
      rows: rowsOf(falAnswers, ownAnswers),
    };
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    throw new CannotRun(`${error.message} Spent at most $${usd(purse.spentAtMost)}.`);
  } finally {
    await Promise.all([receiver.close(), sandbox.close()]);
  }

  function ours(side: Side, origin: string): Promise<Answers> {
    if (side === fal) say('fal: a LoRA at an address of ours, and a webhook');
    return attempt(side, ['lora_ours', 'webhook'], () => askOurAddress(side, receiver.place(), origin));
  }
}

async function askAll(side: Side, lora: Buffer, say: (line: string) => void, like: Answers = {}): Promise<Answers> {
  say('fal: one image of 1024 × 1024');
  const image = await attempt(side, ['image_units', 'pending_result'], () => askImage(side));
  say('fal: a LoRA that was uploaded');
  const uploaded = await attempt(side, ['lora_uploaded'], () => askUploadedLora(side, lora));
  say('fal: a request that is cancelled');
  const cancelled = await attempt(side, ['cancel'], () => askCancel(side, like.cancel));
  return { ...image, ...uploaded, ...cancelled };
}

/** A key that cannot stand in a header is refused here already. */
function withKey<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new CannotRun(`${error instanceof Error ? error.message : error}. Nothing was sent.`);
  }
}

/** The first question: without an answer to it there is no use in others. */
async function reachable<T>(side: Side, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CannotRun || !(error instanceof Error)) throw error;
    throw new CannotRun(`${side.refused(error.message)}. Try again when fal can be reached.`);
  }
}

function rowsOf(fal: Answers, sandbox: Answers): Row[] {
  return (Object.keys(QUESTIONS) as Question[]).map((id) => {
    const answers = { fal: fal[id] ?? NEVER_ASKED, sandbox: sandbox[id] ?? NEVER_ASKED };
    return { id, question: QUESTIONS[id], ...answers, verdict: verdictOf(answers.fal, answers.sandbox) };
  });
}
