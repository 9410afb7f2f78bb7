// From photos to an approved identity, in one program. With a stack that runs (npm start) and the key that it printed:
//
//   LIKENESS_KEY=lk_… npx tsx docs/examples/node.ts "Captain Mara" 1.jpg 2.jpg 3.jpg
//
// In a project of your own, import from '@likeness/client'.

import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { createLikenessClient } from '../../client/index.ts';

const { LIKENESS_URL: baseUrl = 'http://127.0.0.1:8787', LIKENESS_KEY: apiKey } = process.env;
const [name, ...files] = process.argv.slice(2);
if (!apiKey || !name || files.length === 0) {
  throw new Error('Usage: LIKENESS_KEY=… npx tsx docs/examples/node.ts NAME PHOTO PHOTO PHOTO …');
}

const likeness = createLikenessClient({ baseUrl, apiKey });

const { id } = await likeness.characters.create({ name });
const photos = await Promise.all(files.map(async (file) => new File([await openAsBlob(file)], basename(file))));
const report = await likeness.photos.upload(id, photos);
for (const { fileName, verdict, findings } of report.photos) {
  console.log(`${fileName}: ${[verdict, ...findings.map(({ message }) => message)].join('; ')}`);
}
if (report.set.problem) throw new Error(report.set.problem.message);

const { total } = await likeness.identities.dryRun(id);
console.log(`It will cost about $${total}.`);

// With a key of its own name, a repeat of this program after a crash finds the same run, and pays nothing.
const { identityId } = await likeness.identities.start(id, { idempotencyKey: `first-identity-of-${id}` });
const waiting = await likeness.identities.waitUntil(identityId, 'awaiting_approval', {
  onChange: ({ stage }) => console.log(`… ${stage}`),
});
for (const { type, score } of waiting.images) {
  console.log(`${type}: ${score?.state === 'scored' ? score.score : (score?.reason ?? 'no score')}`);
}
console.log(`mean ${waiting.scores?.mean}, the gate is ${waiting.scores?.passed ? 'passed' : 'missed'}`);

const terminal = createInterface({ input: process.stdin, output: process.stdout });
const answer = await terminal.question('Look at the images. Approve? [y/N] ');
terminal.close();
if (/^y/i.test(answer)) {
  await likeness.identities.decide(identityId, { round: waiting.round, verdict: 'approve' });
  const ready = await likeness.identities.waitUntil(identityId, 'ready');
  const { identity } = await likeness.characters.get(id);
  console.log(`version ${ready.version} is ready, LoRA at ${identity.technologyData?.falCharacterId}`);
} else {
  await likeness.identities.decide(identityId, { round: waiting.round, verdict: 'reject', next: 'abandon' });
  console.log('rejected');
}
