// One frame with one character or more, from left to right. With a stack that runs (npm start), its key, and characters
// that are ready:
//
//   LIKENESS_KEY=lk_… npx tsx docs/examples/stills/one-scene.ts scene.png "Mara and Jonas argue on the quay" Mara Jonas
//
// In a project of your own, import from '@likeness/client'.

import { writeFile } from 'node:fs/promises';
import { createLikenessClient } from '../../../client/index.ts';
import { readyCharacters } from './ready-characters.ts';

const { LIKENESS_URL: baseUrl = 'http://127.0.0.1:8787', LIKENESS_KEY: apiKey } = process.env;
const [file, prompt, ...names] = process.argv.slice(2);
if (!apiKey || !file || !prompt || names.length === 0) {
  throw new Error('Usage: LIKENESS_KEY=… npx tsx docs/examples/stills/one-scene.ts FILE PROMPT NAME NAME …');
}

const likeness = createLikenessClient({ baseUrl, apiKey });
const ready = await readyCharacters(likeness);
const characters = names.map((name) => {
  const character = ready.get(name);
  if (!character) throw new Error(`"${name}" is not ready. These are: ${[...ready.keys()].join(', ') || 'none'}.`);
  return { characterId: character.id };
});

const request = { frames: [{ prompt, characters, aspectRatio: '16:9' }] };
const { price, refusals } = await likeness.stills.dryRun(request);
for (const { message } of refusals) throw new Error(message);
console.log(`It will cost $${price.lowestUsd}, and at most $${price.highestUsd} with all repairs.`);

const { batchId } = await likeness.stills.create(request);
await likeness.stills.waitUntil(batchId, {
  onChange: ({ stills }) => {
    for (const { state } of stills) console.log(`… ${state}`);
  },
});

const [still] = (await likeness.stills.get(batchId)).stills;
const picture = still?.pictures.find(({ number }) => number === still.best);
if (!still || !picture) throw new Error(still?.closeReason ?? 'No picture was made.');
for (const { state, member, score } of picture.check?.faces ?? []) {
  const name = member === undefined ? 'somebody' : still.cast[member]?.name;
  console.log(score === undefined ? `${name}: ${state}` : `${name}: ${score}`);
}
for (const { message } of still.findings) console.log(message);
await writeFile(file, Buffer.from(await (await likeness.stills.picture(picture.pictureId)).arrayBuffer()));
console.log(`${still.state}, $${still.cost.chargedUsd}, saved as ${file}`);
