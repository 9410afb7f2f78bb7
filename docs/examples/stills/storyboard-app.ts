// The calls of a storyboard app that drew at fal.ai itself, unchanged: the functions come from
// '@likeness/client/storyboard', and everything else stays. With a stack that runs (npm start), its key, and two
// characters that are ready:
//
//   LIKENESS_KEY=lk_… npx tsx docs/examples/stills/storyboard-app.ts Mara Jonas

import { createLikenessClient } from '../../../client/index.ts';
import { storyboardOf } from '../../../client/storyboard.ts';
import { readyCharacters } from './ready-characters.ts';

const { LIKENESS_URL: baseUrl = 'http://127.0.0.1:8787', LIKENESS_KEY: apiKey } = process.env;
const names = process.argv.slice(2);
if (!apiKey || names.length === 0) {
  throw new Error('Usage: LIKENESS_KEY=… npx tsx docs/examples/stills/storyboard-app.ts NAME NAME …');
}

const client = createLikenessClient({ baseUrl, apiKey });
const { generateStillVariants } = storyboardOf(client, {
  addressOf: async (picture, { stillId }) => `still ${stillId}, ${Math.round(picture.size / 1024)} kB`,
  onFlagged: ({ findings }) => console.log(`Look at it: ${findings.map(({ message }) => message).join(' ')}`),
});

// As the app has it: what its characters keep of us in `identity`.
const ready = await readyCharacters(client);
const characterIdentities = names.map((name) => {
  const data = ready.get(name)?.identity.technologyData;
  if (!data) throw new Error(`"${name}" is not ready. These are: ${[...ready.keys()].join(', ') || 'none'}.`);
  return { loraUrl: data.falCharacterId, scale: (data.referenceStrength || 80) / 100 };
});

const { urls, errors } = await generateStillVariants(
  'frame-7',
  'flux-pro',
  `${names.join(' and ')} argue on the quay`,
  [],
  [],
  '16:9',
  2,
  undefined,
  ['Muted colours, 35 mm, {prompt}'],
  names,
  'an old harbour',
  (index, progress) => console.log(`variant ${index + 1}: ${progress} %`),
  { projectId: 'p-1', userId: 'u-1', sceneId: 's-4', frameId: 'frame-7' },
  characterIdentities,
);
urls.forEach((url, index) => {
  console.log(url || 'no picture', errors[index] ?? 'right');
});
