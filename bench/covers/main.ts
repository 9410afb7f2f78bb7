// `npm run fit:covers`: fits the network that tells a covered face, on covers drawn over the public photos of the
// calibration, and prints how often it errs on people whom it was not fitted on.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RgbImage } from '../../adapters/vision/align.ts';
import { type CoverNetwork, coverOf, networkOf, shipped } from '../../adapters/vision/cover.ts';
import { coverFeatures } from '../../adapters/vision/cover-features.ts';
import { loadNetworks, type Networks } from '../../adapters/vision/networks.ts';
import { ofPixels } from '../../adapters/vision/pixels.ts';
import { COVERED_PARTS } from '../../domain/photo.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { fetchPublicPhotos, GITHUB } from '../calibrate/fetch-photos.ts';
import type { PublicPhoto } from '../calibrate/public-photos.ts';
import { partOf } from '../calibrate/split.ts';
import { type Example, fitNetwork } from './fit-network.ts';
import { COVERED_BY, type Kind, type NamedFile, samplesOf } from './samples.ts';
import { storedNetwork } from './stored-network.ts';

const HELP = `Fits the network that tells a covered face, and measures it on other people.

  --write        replaces adapters/vision/cover-weights.json by what was fitted
  --measure      fits nothing: measures the network that is there
  --every N      measures on each Nth photo alone; 4 by default
  --mirror URL   fetches the photos from there and not from ${GITHUB}
`;
const WEIGHTS = join(import.meta.dirname, '..', '..', 'adapters', 'vision', 'cover-weights.json');

/** Each second photo says as much: most people have several. */
const FIT_EVERY = 2;

const each = (step: number) => (_: unknown, place: number) => place % step === 0;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/**
 * Two constants of a curve need few people, and a network needs many: it is fitted on the two thirds that check the
 * curve, and checked on the third that the curve was fitted on.
 */
const isForFit = ({ person }: PublicPhoto): boolean => partOf(person) === 'check';

/** Each face twice: as it is, and mirrored. */
async function examplesOf(photos: readonly NamedFile[], networks: Networks): Promise<Example[]> {
  const examples: Example[] = [];
  for await (const { kind, chip } of samplesOf(photos, networks, false)) {
    if (!chip) continue;
    const part = COVERED_BY[kind];
    const output = part ? COVERED_PARTS.indexOf(part) + 1 : 0;
    for (const face of [chip, await mirrored(chip)]) examples.push({ features: coverFeatures(face), output });
  }
  return examples;
}

async function mirrored(image: RgbImage): Promise<RgbImage> {
  return { ...image, data: await ofPixels(image).flop().raw().toBuffer() };
}

async function measure(network: CoverNetwork, photos: readonly NamedFile[], networks: Networks): Promise<void> {
  const found = new Map<Kind, { faces: number; faceless: number; covered: number; asPart: number }>();
  for await (const { kind, chip, name } of samplesOf(photos, networks, true)) {
    const counts = found.get(kind) ?? { faces: 0, faceless: 0, covered: 0, asPart: 0 };
    found.set(kind, counts);
    if (!chip) {
      counts.faceless += 1;
      continue;
    }
    const { certainty, part } = coverOf(chip, network);
    const isCovered = certainty >= PHOTO_LIMITS.warnCovered;
    counts.faces += 1;
    counts.covered += Number(isCovered);
    counts.asPart += Number(isCovered && part === COVERED_BY[kind]);
    if (isCovered && kind === 'plain') say(`  called covered: ${name} (${part}, ${certainty.toFixed(3)})`);
  }
  for (const [kind, { faces, faceless, covered, asPart }] of found) {
    const share = `${((100 * covered) / faces).toFixed(1)} %`;
    const part = COVERED_BY[kind] ? `, the right part ${asPart}` : '';
    say(`${kind.padEnd(13)} ${faces} faces, called covered ${covered} (${share})${part}; no face found ${faceless}`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      write: { type: 'boolean', default: false },
      measure: { type: 'boolean', default: false },
      every: { type: 'string', default: '4' },
      mirror: { type: 'string', default: GITHUB },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    say(HELP);
    return;
  }
  const { set, files } = await fetchPublicPhotos(values.mirror, say);
  const { photos } = set;
  const filesOf = (some: readonly PublicPhoto[]) =>
    some.flatMap(({ name, blob }) => {
      const file = files.get(blob);
      return file ? [{ name, file }] : [];
    });
  const networks = await loadNetworks();
  let network = shipped;
  if (!values.measure) {
    const examples = await examplesOf(filesOf(photos.filter(isForFit).filter(each(FIT_EVERY))), networks);
    say(`fitted on ${examples.length} examples`);
    network = networkOf(storedNetwork(fitNetwork(examples, say)));
    if (values.write) writeFileSync(WEIGHTS, `${JSON.stringify(storedNetwork(network), null, 2)}\n`);
  }
  const others = photos.filter((photo) => !isForFit(photo));
  await measure(network, filesOf(others.filter(each(Number(values.every)))), networks);
}

await main();
