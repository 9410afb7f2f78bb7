// `npm run demo`: the whole path on this machine, from real photos to a ready identity, on the embedded stack. See
// `npm run demo -- --help`.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { identityWorkflowId } from '../domain/keys.ts';
import { PHOTO_LIMITS } from '../domain/photo-limits.ts';
import { contactSheet } from './contact-sheet.ts';
import { type DemoApi, type DemoIdentity, demoApi } from './demo-api.ts';
import { demoPhotos } from './demo-photos.ts';
import { Progress } from './demo-progress.ts';
import { consoleLink, demoKey } from './first-key.ts';
import { orAnyFree } from './free-ports.ts';
import { countHistoryEvents } from './history-events.ts';
import { dataFolder, readPorts } from './options.ts';
import { type Stack, startStack } from './stack.ts';
import { onStop, say } from './terminal.ts';

const HELP = `Prepares one identity, from photos to ready, on this machine.

  --photos DIR   your own photos: 3 to 20 of one person (default: five frames of one man)
  --approve      approve without asking
  --exit         end when the run has ended or waits; status 0 only when the identity is ready
  --report FILE  write the final state as JSON
  --data DIR     where the stack keeps its data (default: .likeness)
`;

/** Long enough to watch, and to kill a process; a real training takes 5 to 10 minutes. */
const SANDBOX_TRAINING_MS = 12_000;
const NOT_READY = 2;

interface Outcome {
  identity: DemoIdentity;
  events: number;
  links: { identity: string; webUi: string; contactSheet: string };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      photos: { type: 'string' },
      approve: { type: 'boolean', default: false },
      exit: { type: 'boolean', default: false },
      report: { type: 'string' },
      data: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    say(HELP);
    return;
  }
  const startedAt = Number(process.env.LIKENESS_STARTED_AT ?? Date.now());
  const files = demoPhotos(values.photos);
  const folder = dataFolder(values.data, process.env);
  say('Starting the stack');
  const ports = await orAnyFree(readPorts(process.env));
  const env = { ...process.env, LIKENESS_MAX_PHOTOS: String(Math.max(files.length, PHOTO_LIMITS.maxPhotos)) };
  const options = { dataFolder: folder, ports, env, sandboxTrainingMs: SANDBOX_TRAINING_MS };
  const stack = await startStack(options, (line) => say(`  ${line}`));
  onStop(() => stack.stop());

  const outcome = await prepare(stack, files, { approve: values.approve, exit: values.exit, folder });
  const { identity } = outcome;
  if (values.report) writeFileSync(values.report, `${JSON.stringify(report(outcome, startedAt), null, 2)}\n`);
  if (!values.exit) {
    say('\nThe stack stays up for a look. Stop it with Ctrl-C.');
    return;
  }
  await stack.stop();
  process.exit(identity.stage === 'ready' ? 0 : NOT_READY);
}

async function prepare(
  stack: Stack,
  files: readonly string[],
  wish: { approve: boolean; exit: boolean; folder: string },
): Promise<Outcome> {
  const api = demoApi(stack.urls.api, await demoKey(stack.database));
  const character = await api.createCharacter('Demo character');
  const names = await upload(api, character.id, files);
  const { training, testImages, total } = await api.estimate(character.id);
  const unpaid = stack.provider === 'sandbox' ? ' (the sandbox draws, nothing is paid)' : '';
  say(
    `\nEstimate: training $${training.toFixed(2)}, test images $${testImages.toFixed(2)}, together $${total.toFixed(2)}${unpaid}`,
  );

  const begun = await api.prepare(character.id, `demo-${character.id}`);
  const { identityId } = begun;
  const webUi = `${stack.urls.temporalUi}/namespaces/default/workflows/${encodeURIComponent(identityWorkflowId(identityId))}`;
  say(`\nPreparing identity ${identityId}`);
  say(`  watch it in the Temporal Web UI: ${webUi}`);
  say(`  and in the console: ${await consoleLink(stack.database, stack.urls.api)}`);
  const progress = new Progress(api, identityId);
  let identity = await progress.follow(Progress.waits);
  const sheet = join(wish.folder, 'sheets', `${identityId}.html`);
  if (identity.stage === 'awaiting_approval') {
    sayScores(identity);
    await writeSheet(sheet, api, identity, names);
    say(`\nContact sheet: ${pathToFileURL(sheet)}`);
    identity = await decide(stack, api, identity, progress, wish.approve);
  }
  sayEnd(identity, names);
  await writeSheet(sheet, api, identity, names);
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const events = await countHistoryEvents(new Client({ connection }), identityWorkflowId(identityId));
  await connection.close();
  const links = {
    identity: `${stack.urls.api}/v1/identities/${identityId}`,
    webUi,
    contactSheet: pathToFileURL(sheet).href,
  };
  const { charged, currency } = identity.cost;
  say(`\nCharged ${charged} ${currency} by the ledger; ${events} history events, children included`);
  say(`Web UI         ${links.webUi}\nContact sheet  ${links.contactSheet}`);
  return { identity, events, links };
}

/** Uploads the photos and prints the findings of each; answers the file names by photo id. */
async function upload(api: DemoApi, characterId: string, files: readonly string[]): Promise<Map<string, string>> {
  say(`\nUploading ${files.length} photos`);
  const { photos } = await api.upload(characterId, files);
  const names = new Map<string, string>();
  for (const photo of photos) {
    if (photo.photoId) names.set(photo.photoId, photo.fileName);
    say(`  ${photo.fileName.padEnd(24)} ${photo.verdict}`);
    for (const finding of photo.findings) say(`    ${finding.message}`);
  }
  return names;
}

function sayScores({ images, failedImages, scores }: DemoIdentity): void {
  say('\nLikeness of the test images (target 85)');
  for (const { type, score } of images) {
    const text = score?.state === 'scored' ? score.score.toFixed(1) : (score?.reason ?? 'not scored');
    say(`  ${type.padEnd(12)} ${text}`);
  }
  for (const { type, message } of failedImages) say(`  ${type.padEnd(12)} could not be made: ${message}`);
  if (scores)
    say(`  mean ${scores.mean ?? '–'}, worst ${scores.worst ?? '–'}, ${scores.scorable} of ${scores.of} scorable`);
}

/** Waits for the decision: from this terminal, or from another client. */
async function decide(
  stack: Stack,
  api: DemoApi,
  identity: DemoIdentity,
  progress: Progress,
  approve: boolean,
): Promise<DemoIdentity> {
  const { identityId, round } = identity;
  const input = JSON.stringify({ round });
  say('\nA reviewer decides now. From anywhere:');
  say(
    `  temporal workflow signal --address ${stack.temporalAddress} --workflow-id ${identityWorkflowId(identityId)} --name approveIdentity --input '${input}'`,
  );
  const asking = new AbortController();
  if (approve) await api.approve(identityId, round);
  else if (process.stdin.isTTY) ask(api, identityId, round, asking.signal);
  const decided = await progress.follow(({ decisions }) => decisions.some(({ decision }) => decision.round === round));
  asking.abort();
  if (decided.decisions.at(-1)?.decision.verdict === 'approve') return progress.follow(() => false);
  return progress.follow((later) => Progress.waits(later) && later.round > round);
}

function ask(api: DemoApi, identityId: string, round: number, signal: AbortSignal): void {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  terminal
    .question('Approve this identity? [y/N] ', { signal })
    .then((answer) =>
      /^y(es)?$/i.test(answer.trim()) ? api.approve(identityId, round) : say('Not approved. It waits on.'),
    )
    .catch(() => undefined) // decided from elsewhere: the question is moot
    .finally(() => terminal.close());
}

function sayEnd(identity: DemoIdentity, names: ReadonlyMap<string, string>): void {
  if (identity.stage === 'ready') {
    say(`\nCharacter identity ready! Version ${identity.version}.`);
    return;
  }
  say(`\nThe run is in stage ${identity.stage}.`);
  if (identity.photoProblem) say(`  ${identity.photoProblem.message}`);
  for (const { photoId, findings } of identity.photos) {
    for (const finding of findings) say(`  ${names.get(photoId) ?? photoId}: ${finding.message}`);
  }
  if (identity.failure) say(`  ${identity.failure.code}: ${identity.failure.message}`);
}

async function writeSheet(
  file: string,
  api: DemoApi,
  identity: DemoIdentity,
  names: ReadonlyMap<string, string>,
): Promise<void> {
  const references = await Promise.all(
    identity.references.map(async ({ photoId, links }) => ({
      photoId,
      title: names.get(photoId) ?? photoId,
      bytes: await api.content(links.content),
    })),
  );
  const tests = await Promise.all(
    identity.images.map(async ({ type, links }) => ({ title: type, bytes: await api.content(links.content) })),
  );
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, await contactSheet('Demo character', identity, references, tests));
}

function report({ identity, events, links }: Outcome, startedAt: number): Record<string, unknown> {
  const { identityId, stage, scores, images, cost } = identity;
  return {
    identityId,
    stage,
    scores: {
      mean: scores?.mean ?? null,
      worst: scores?.worst ?? null,
      scorable: scores?.scorable ?? 0,
      perImage: images.map(({ type, score }) => ({
        type,
        score: score?.state === 'scored' ? score.score : null,
        state: score?.state === 'not_scorable' ? score.reason : (score?.state ?? 'not_scored'),
      })),
    },
    cost: { charged: cost.charged, currency: cost.currency },
    events,
    seconds: Math.round((Date.now() - startedAt) / 100) / 10,
    links,
  };
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
