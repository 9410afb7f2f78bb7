// A whole storyboard: a text file with a frame on each line. Every ready character whose name is in a line is in that
// frame. The sheet with all pictures is saved as HTML.
//
//   LIKENESS_KEY=lk_… npx tsx docs/examples/stills/storyboard.ts storyboard.txt sheet.html
//
// In a project of your own, import from '@likeness/client'.

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createLikenessClient } from '../../../client/index.ts';
import { readyCharacters } from './ready-characters.ts';

const { LIKENESS_URL: baseUrl = 'http://127.0.0.1:8787', LIKENESS_KEY: apiKey } = process.env;
const [file, sheet] = process.argv.slice(2);
if (!apiKey || !file || !sheet) {
  throw new Error('Usage: LIKENESS_KEY=… npx tsx docs/examples/stills/storyboard.ts STORYBOARD.txt SHEET.html');
}

const likeness = createLikenessClient({ baseUrl, apiKey });
const ready = [...(await readyCharacters(likeness)).values()];
const text = await readFile(file, 'utf8');
const lines = text.split('\n').filter((line) => line.trim() !== '');
const frames = lines.map((prompt, index) => ({
  frameId: `line-${index + 1}`,
  prompt,
  characters: ready.filter(({ name }) => prompt.includes(name)).map(({ id }) => ({ characterId: id })),
}));

const { price, refusals, ignored } = await likeness.stills.dryRun({ frames });
for (const { frame, message } of refusals) console.log(`line ${(frame ?? 0) + 1}: ${message}`);
for (const { frame, field, reason } of ignored) console.log(`line ${frame + 1}: ${field} is not used. ${reason}`);
if (refusals.length > 0) throw new Error('Nothing was started.');
console.log(`${frames.length} frames for $${price.lowestUsd} to $${price.highestUsd}`);

// The same file gives the same key: a second run of this program finds the same batch, and pays nothing.
const idempotencyKey = createHash('sha256').update(text).digest('hex');
const { batchId } = await likeness.stills.create({ frames }, { idempotencyKey });
const ended = await likeness.stills.waitUntil(batchId, {
  onChange: ({ batch: { state, counts }, stills }) => {
    if (state === 'waiting_for_budget') console.log('It waits: raise its budget with stills.setBudget.');
    for (const { frameId, state, findings } of stills) {
      if (state === 'flagged') console.log(`${frameId}: ${findings.map(({ message }) => message).join(' ')}`);
    }
    console.log(`… ${counts.passed} passed, ${counts.flagged} flagged`);
  },
});

const { characters } = await likeness.stills.report(batchId);
for (const { name, mean, lowest } of characters) console.log(`${name}: ${mean} on average, ${lowest} at worst`);
await writeFile(sheet, Buffer.from(await (await likeness.stills.sheet(batchId)).arrayBuffer()));
console.log(`${ended.state}, $${ended.cost.chargedUsd}, the sheet is ${sheet}`);
