// The sheet of a batch: one HTML page with its pictures inside, so that it opens without a server. It is made piece by
// piece, because a batch may have hundreds of pictures.

import { html, raw } from 'hono/html';
import { ifThere } from '../core/files/if-there.ts';
import { readReference, referenceIds } from '../core/identities/references.ts';
import type { BatchRow, StillPicture, StillRow } from '../core/ports/stills.ts';
import { bestPicture } from '../core/stills/report.ts';
import type { ObjectRef } from '../domain/keys.ts';
import { formatUsd } from '../domain/money.ts';
import { findingText } from '../domain/stills/finding-text.ts';
import type { BatchReport, CharacterReport } from '../domain/stills/report.ts';
import type { CheckedFace } from '../domain/stills/still.ts';
import type { ApiDeps } from './deps.ts';
import { SHEET_STYLE } from './still-sheet-style.ts';

type World = Pick<ApiDeps, 'files' | 'painting' | 'identities' | 'photos' | 'providerName'>;
type Markup = ReturnType<typeof html>;

/** Pixels of the longer side. */
const PICTURE = 720;
const REFERENCE = 160;
/** Reference photos shown of a character. */
const REFERENCES = 3;
/** Pictures that are read at the same time. */
const AT_ONCE = 4;

/** What the sheet shows: the report, and all stills of the batch in their order. */
export interface SheetOf {
  batch: BatchRow;
  report: BatchReport;
  stills: readonly StillRow[];
}

/** The page, a piece at a time. A picture that is gone is said to be. */
export async function* stillSheet(world: World, { batch, report, stills }: SheetOf): AsyncGenerator<string> {
  yield String(await head(world, batch, stills));
  for (const character of report.characters) yield String(await characterPart(world, batch, character, stills));
  yield String(await worstPart(report, stills));
  yield '<h2>Stills</h2>\n<div class="stills">\n';
  for (let at = 0; at < stills.length; at += AT_ONCE) {
    const parts = await Promise.all(stills.slice(at, at + AT_ONCE).map((still) => stillPart(world, still)));
    yield parts.map(String).join('\n');
  }
  yield '\n</div>\n</main>\n</html>\n';
}

const words = (state: string): string => state.replaceAll('_', ' ');
const anchor = (number: number): string => `still-${number}`;

function head({ providerName }: World, batch: BatchRow, stills: readonly StillRow[]): Markup {
  const counts = Object.entries(batch.counts).flatMap(([state, count]) =>
    count > 0 ? [`${count} ${words(state)}`] : [],
  );
  const { projectId, sceneId } = batch.context;
  const about = [projectId && `project ${projectId}`, sceneId && `scene ${sceneId}`].filter(Boolean).join(', ');
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>Stills of ${batch.createdAt.slice(0, 10)}</title>
<style>${raw(SHEET_STYLE)}</style>
<main>
<h1>${stills.length} ${stills.length === 1 ? 'still' : 'stills'}: ${counts.join(', ')}</h1>
<p>The batch is <strong>${words(batch.state)}</strong>${batch.closeReason ? `: ${batch.closeReason}` : '.'} ${
    providerName === 'sandbox' ? 'The sandbox drew it: no model made these pictures.' : 'Drawn at fal.ai.'
  } It cost ${formatUsd(batch.cost.charged)} of at most ${formatUsd(batch.price.highest)}.${about ? ` For ${about}.` : ''}</p>
<p><small>Batch <code>${batch.id}</code>, asked for at ${batch.createdAt}.</small></p>
`;
}

async function characterPart(
  world: World,
  { tenantId }: BatchRow,
  { characterId, name, mean, lowest, drift, appearances }: CharacterReport,
  stills: readonly StillRow[],
): Promise<Markup> {
  const scored = appearances.filter(({ score }) => score !== undefined).length;
  const member = stills.flatMap(({ manifest }) => manifest.cast).find((one) => one.characterId === characterId);
  const photos = member ? await references(world, tenantId, member.identityId, name) : [];
  const told =
    mean === undefined
      ? 'Its face was recognised in no still.'
      : `Likeness ${mean.toFixed(1)} on average, ${lowest?.toFixed(1)} at worst, over ${scored} of ${appearances.length} stills.`;
  const trend = drift
    ? ` Over ten frames it changes by ${signed(drift.perTenFrames)}; the last third is at ${signed(drift.lastMinusFirst)} beside the first.`
    : '';
  return html`<section class="character">
<h2>${name}</h2>
<p>${told}${trend}</p>
<div class="beside">${photos}${chart(appearances, name)}</div>
</section>
`;
}

const signed = (points: number): string => `${points > 0 ? '+' : ''}${points.toFixed(1)}`;

async function references(world: World, tenantId: string, identityId: string, name: string): Promise<Markup[]> {
  const identity = await world.identities.find(tenantId, identityId);
  const ids = identity ? referenceIds(identity).slice(0, REFERENCES) : [];
  const pictures = await Promise.all(
    ids.map(async (photoId, index) => {
      const bytes = await readReference(world, { tenantId, identityId }, photoId);
      const preview = bytes && (await world.painting.preview(bytes, REFERENCE));
      return (
        preview && html`<img class="reference" alt="Reference photo ${index + 1} of ${name}" src="${dataUrl(preview)}">`
      );
    }),
  );
  return pictures.filter((one) => one !== undefined);
}

/** The likeness over the frames; the table of the stills says the same in numbers. */
function chart(appearances: CharacterReport['appearances'], name: string): Markup | '' {
  const points = appearances.flatMap(({ score }, index) => (score === undefined ? [] : [{ index, score }]));
  if (points.length < 2) return '';
  const x = (index: number) => 10 + (580 * index) / Math.max(1, appearances.length - 1);
  const y = (score: number) => 110 - score;
  const line = points.map(({ index, score }) => `${x(index).toFixed(1)},${y(score).toFixed(1)}`).join(' ');
  const marks = points.map(
    ({ index, score }) =>
      html`<circle cx="${x(index).toFixed(1)}" cy="${y(score).toFixed(1)}" r="3"><title>Still ${appearances[index]?.number}: ${score.toFixed(1)}</title></circle>`,
  );
  return html`<svg viewBox="0 0 600 120" role="img" aria-label="Likeness of ${name} over the stills, from 0 to 100">
<path class="grid" d="M10 10H590M10 60H590M10 110H590"/><polyline points="${line}"/>${marks}</svg>`;
}

function worstPart({ worst, findings }: BatchReport, stills: readonly StillRow[]): Markup | '' {
  const flagged = worst.filter(({ findings: found }) => found.length > 0);
  if (flagged.length === 0) return '';
  const items = flagged.map(({ number }) => {
    const still = stills.find((one) => one.number === number);
    return html`<li><a href="#${anchor(number)}">Still ${number}</a>: ${still ? sentences(still).join(' ') : ''}</li>`;
  });
  const sums = findings.map(({ code, count }) => `${count} × ${words(code)}`).join(', ');
  return html`<section>
<h2>Look at these first</h2>
<p>Findings of all stills: ${sums}.</p>
<ul>${items}</ul>
</section>
`;
}

function sentences(still: StillRow): string[] {
  const names = still.manifest.cast.map(({ name }) => name);
  return (bestPicture(still)?.check?.findings ?? []).map((finding) => findingText(finding, names));
}

async function stillPart(world: World, still: StillRow): Promise<Markup> {
  const { number, frameId, state, manifest, repairs, cost, cap, accepted, closeReason } = still;
  const picture = bestPicture(still);
  const names = manifest.cast.map(({ name }) => name);
  const found = sentences(still);
  return html`<article id="${anchor(number)}" class="${state}">
<h3>Still ${number}${frameId ? ` · ${frameId}` : ''} <span>${words(state)}</span></h3>
${picture ? await pictureOf(world, picture, names) : html`<p class="gone">No picture was made.</p>`}
<p>${manifest.prompts.scene}</p>
${faceList(picture?.check?.faces ?? [], names)}
${found.length > 0 ? html`<ul class="findings">${found.map((text) => html`<li>${text}</li>`)}</ul>` : ''}
${accepted ? html`<p>Accepted by ${accepted.by}: “${accepted.reason}”</p>` : ''}
${closeReason ? html`<p>${closeReason}</p>` : ''}
<p><small>${repairs} ${repairs === 1 ? 'repair' : 'repairs'}, ${formatUsd(cost.charged)} of at most ${formatUsd(cap)}</small></p>
</article>`;
}

async function pictureOf(world: World, picture: StillPicture, names: readonly string[]): Promise<Markup> {
  const preview = await previewOf(world, picture.object);
  if (!preview) return html`<p class="gone">The picture is not in the storage any more.</p>`;
  const { width, height } = picture.size;
  const boxes = (picture.check?.faces ?? []).flatMap((face) => {
    if (face.state === 'background') return [];
    const { x, y, width: wide, height: high } = face.box;
    return [
      html`<rect class="${face.state}" x="${x}" y="${y}" width="${wide}" height="${high}"><title>${faceText(face, names)}</title></rect>`,
    ];
  });
  return html`<div class="picture"><img alt="Still with ${names.join(', ') || 'nobody of the cast'}" src="${dataUrl(preview)}">
<svg viewBox="0 0 ${width} ${height}" aria-hidden="true">${boxes}</svg></div>`;
}

async function previewOf({ files, painting }: World, object: ObjectRef): Promise<Buffer | undefined> {
  const bytes = await ifThere(files.get(object));
  return bytes && painting.preview(bytes, PICTURE);
}

function faceList(faces: readonly CheckedFace[], names: readonly string[]): Markup | '' {
  const shown = faces.filter(({ state }) => state !== 'background');
  if (shown.length === 0) return '';
  return html`<ol class="faces" aria-label="Faces from left to right">${shown.map(
    (face) => html`<li>${faceText(face, names)}</li>`,
  )}</ol>`;
}

function faceText({ state, member, score }: CheckedFace, names: readonly string[]): string {
  const name = member === undefined ? undefined : names[member];
  if (state === 'recognised') return `${name} ${score?.toFixed(1) ?? ''}`.trim();
  const what = {
    open: 'not sure enough',
    stranger: 'nobody of the cast',
    off_screen: 'a character who does not belong here',
    unverifiable: 'cannot be compared',
    background: 'background',
  }[state];
  return name === undefined ? what : `${name}: ${what}`;
}

const dataUrl = (jpeg: Buffer): string => `data:image/jpeg;base64,${jpeg.toString('base64')}`;
