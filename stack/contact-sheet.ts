// The contact sheet: one HTML file with the references, the test images and their scores, worst first. The pictures are
// inside, so it works without any server.

import sharp from 'sharp';
import { GATE, isOlderVersion } from '../domain/score.ts';
import type { DemoIdentity } from './demo-api.ts';

export interface SheetPicture {
  title: string;
  bytes: Buffer;
}

export interface SheetReference extends SheetPicture {
  photoId: string;
}

const WIDTH = 360;
/** Of the references under an image. */
const SMALL = 120;

export async function contactSheet(
  name: string,
  identity: DemoIdentity,
  references: readonly SheetReference[],
  tests: readonly SheetPicture[],
): Promise<string> {
  const { scores } = identity;
  const isOld = scores !== undefined && isOlderVersion(scores.calibration);
  const scored = identity.images
    .map((image) => ({ image, value: image.score?.state === 'scored' ? image.score.score : -1 }))
    .sort((a, b) => a.value - b.value)
    .map(({ image }) => image);
  const testFigures = await Promise.all(
    scored.map(async ({ type, score }) => {
      const picture = tests.find((test) => test.title === type);
      const below = await comparedWith(score, references);
      return picture ? figure(picture, type, scoreText(score), isOld ? '' : scoreClass(score), below) : '';
    }),
  );
  const referenceFigures = await Promise.all(references.map((photo) => figure(photo, photo.title, '', '')));
  const verdict = scores
    ? `Mean ${scores.mean ?? '–'}, worst ${scores.worst ?? '–'}, ${scores.scorable} of ${scores.of} scorable: the gate ${isOld ? `of ${scores.calibration} was` : 'is'} ${scores.passed ? 'passed' : `missed (${scores.missed.join(', ')})`}.${heldOutText(scores)}`
    : 'Not scored.';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(name)}: contact sheet</title>
<style>
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); --good: #1a7f37; --bad: #b35900; }
  @media (prefers-color-scheme: dark) { :root { --good: #57c070; --bad: #f0a35e; } }
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
  h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .75rem; }
  .row { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: 1rem; }
  figure { margin: 0; border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; }
  img { display: block; width: 100%; aspect-ratio: 1; object-fit: cover; }
  figcaption { display: flex; justify-content: space-between; gap: .5rem; padding: .4rem .6rem; overflow-wrap: anywhere; }
  .good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
  code { overflow-wrap: anywhere; }
  .compared { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .4rem; margin: 0; padding: 0 .6rem .6rem; list-style: none; font-size: .8rem; line-height: 1.3; }
  .compared img { border-radius: .25rem; } .compared span { display: block; overflow-wrap: anywhere; }
</style>
<h1>${escapeHtml(name)}</h1>
<p>Stage <strong>${identity.stage}</strong>, round ${identity.round}, ${identity.provider === 'sandbox' ? 'drawn by the sandbox: no real training' : 'trained at fal.ai'}. ${verdict}</p>
<h2>Test images, worst first (${isOld ? `scored by ${scores.calibration}: not comparable with today's target` : `target ${GATE.mean}`})</h2>
<p>Below each: the references nearest to it, in the middle and farthest, with what it scores against each alone. The score is made of the distance to the one in the middle.</p>
<div class="row">${testFigures.join('\n')}</div>
<h2>References</h2>
<div class="row">${referenceFigures.join('\n')}</div>
<p>Identity <code>${identity.identityId}</code>${identity.lora ? `, LoRA SHA-256 <code>${identity.lora.sha256}</code>` : ''}, calibration ${scores?.calibration ?? '–'}.</p>
</html>
`;
}

async function figure(picture: SheetPicture, title: string, note: string, style: string, below = ''): Promise<string> {
  return `<figure>${await image(picture, title, WIDTH)}
<figcaption><span>${escapeHtml(title)}</span><span class="${style}">${escapeHtml(note)}</span></figcaption>${below}</figure>`;
}

async function image({ bytes }: SheetPicture, alt: string, side: number): Promise<string> {
  const small = await sharp(bytes).resize({ width: side, height: side, fit: 'cover' }).jpeg({ quality: 82 }).toBuffer();
  return `<img alt="${escapeHtml(alt)}" src="data:image/jpeg;base64,${small.toString('base64')}">`;
}

type Score = DemoIdentity['images'][number]['score'];

/** The references of a score; nothing without any. */
async function comparedWith(score: Score, references: readonly SheetReference[]): Promise<string> {
  if (score?.state !== 'scored' || !score.compared) return '';
  const { nearest, median, farthest } = score.compared;
  const items = await Promise.all(
    Object.entries({ nearest, median, farthest }).map(async ([place, { photoId, distance, score: alone }]) => {
      const reference = references.find((one) => one.photoId === photoId);
      const picture = reference ? await image(reference, reference.title, SMALL) : '';
      return `<li data-compared="${place}">${picture}<span>${place}</span><span>${alone.toFixed(1)}, distance ${distance.toFixed(2)}</span></li>`;
    }),
  );
  return `<ul class="compared">${items.join('')}</ul>`;
}

function scoreText(score: Score): string {
  if (!score) return '';
  const flags = [
    ...(score.copyOf ? ['copy of a reference'] : []),
    ...(score.typeFindings ?? []).map(({ code }) => code),
  ];
  const likeness = score.state === 'scored' ? score.score.toFixed(1) : `not scored: ${score.reason}`;
  return [likeness, ...flags].join(', ').replaceAll('_', ' ');
}

function heldOutText({ heldOut }: NonNullable<DemoIdentity['scores']>): string {
  return heldOut ? ` Against the photo that the training did not see: ${heldOut.mean ?? '–'}.` : '';
}

function scoreClass(score: Score): string {
  return score?.state === 'scored' && score.score >= GATE.mean ? 'good' : 'bad';
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
