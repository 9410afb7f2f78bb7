// One pass over a still: the scene is drawn, or faces of it are painted anew, one paid picture after the other. A retry
// goes on where the last attempt stopped, in any of them.

import { Failure } from '../../domain/failure.ts';
import type { ImageSize } from '../../domain/image-units.ts';
import { type PictureSpec, requireDrawable } from '../../domain/job-spec.ts';
import { type ObjectRef, stillCallKey, stillMaskObject, stillObject } from '../../domain/keys.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { Box } from '../../domain/photo.ts';
import { stillSubject } from '../../domain/provider-call.ts';
import { facesBeside } from '../../domain/stills/faces-beside.ts';
import { PLACE_WORDS, positionOf } from '../../domain/stills/places.ts';
import { drawPrice, repaintPrice } from '../../domain/stills/price.ts';
import { drawnInScene, ROUTES } from '../../domain/stills/routes.ts';
import type { MadePicture, StillProviderSteps } from '../../domain/stills/steps.ts';
import type { Pass, RepaintedFace } from '../../domain/stills/still.ts';
import { subjectHasFace } from '../../domain/subject.ts';
import { approvedLoraFile, createDelivery, type Deliver, type Deliverable } from '../files/deliver.ts';
import { nameUuid } from '../name-uuid.ts';
import { type PayingWorld, postOnce } from '../payments/post-once.ts';
import { paidPicture } from '../pictures/paid-picture.ts';
import type { Attempt, Work } from '../ports/attempt.ts';
import type { Generator } from '../ports/generator.ts';
import type { Ports } from '../ports/index.ts';
import type { KeptPicture } from '../ports/painting.ts';
import type { StillPicture, StillRow } from '../ports/stills.ts';
import { castReference, usableLoras } from './cast-files.ts';
import { pricedStill } from './priced-still.ts';
import { showState } from './show-state.ts';

type World = PayingWorld & Pick<Ports, 'stills' | 'identities' | 'tenantSettings' | 'files' | 'models' | 'painting'>;

/** Between the seeds of two repaints, and not that of redraws: each picture of a still has noise of its own. */
const REPAINT_SEED_STEP = 7_368_787;
const SEEDS = 2 ** 32;

/** A picture that is to be made, and how. */
interface Task {
  kind: StillPicture['kind'];
  number: number;
  base: number | undefined;
  seed: number;
  generator: Generator;
  /** The request, made when it is posted: its addresses are short-lived. */
  spec(): Promise<PictureSpec>;
  /** What is kept of the picture that the provider made. */
  kept(drawn: Buffer, signal: AbortSignal): Promise<KeptPicture>;
}

export function makeStill(ports: World): Work<StillProviderSteps['makeStill']> {
  const deliver = createDelivery(ports);
  return async ({ tenantId, stillId, picture, pass, repair, workflowId }, attempt) => {
    const row = await ports.stills.find(tenantId, stillId);
    if (!row) throw new Failure('NotFound', `Not found: the still ${stillId}.`);
    await showState(ports, row, repair ? 'repairing' : 'drawing');
    const priced = pricedStill(ports.models, row.manifest, (await ports.imageUnits.megapixel()).pixels);
    const price = pass.kind === 'draw' ? drawPrice(priced) : repaintPrice(priced);
    const pictures = new Map(row.pictures.map((known) => [known.number, known]));
    const still: OpenStill = { ports, deliver, row, pictures };
    const tasks = tasksOf(still, pass, picture);
    let made: MadePicture | undefined;
    for (const task of tasks) {
      made = await makeOnce(still, task, { workflowId, estimate: price }, attempt);
      // What the checker flagged may be black: no more is paid for on top of it.
      if (made.flagged) break;
    }
    if (!made) throw new Failure('Internal', 'A pass over a still has nothing to do.');
    return made;
  };
}

interface OpenStill {
  ports: World;
  deliver: Deliver;
  row: StillRow;
  /** Those that there are, by their numbers. */
  pictures: Map<number, Omit<StillPicture, 'createdAt'>>;
}

function tasksOf(still: OpenStill, pass: Pass, first: number): Task[] {
  if (pass.kind === 'draw') return [drawing(still, pass.seed, first)];
  return pass.faces.map((face, index) => {
    const number = first + index;
    return repainting(still, { face, checked: pass.base, base: index === 0 ? pass.base : number - 1, number });
  });
}

/** Pays for one picture and keeps it, unless it is there. */
async function makeOnce(
  { ports, row, pictures }: OpenStill,
  { kind, number, base, seed, generator, spec, kept }: Task,
  call: { workflowId: string; estimate: MicroUsd },
  attempt: Attempt,
): Promise<MadePicture> {
  const { id: stillId, tenantId, batchId } = row;
  const there = pictures.get(number);
  if (there) return made(there);
  const { profile } = generator;
  const key = stillCallKey(stillId, number);
  const subject = stillSubject(stillId);
  const newCall = { ...call, key, tenantId, subject, profile: profile.id, endpoint: profile.endpoint };
  const posted = await postOnce(ports, newCall, async () => {
    const asked = await spec();
    requireDrawable(asked, profile);
    return generator.body(asked);
  });
  const { bytes: drawn, flagged } = await paidPicture(ports, posted, generator, attempt);
  const { bytes, size, sha256 } = await kept(drawn, attempt.signal);
  const object = stillObject(tenantId, batchId, stillId, number);
  await ports.files.put(object, bytes, 'image/png');
  const picture = { id: nameUuid(key), number, kind, base, seed, size, object, sha256, flagged };
  await ports.stills.savePicture(tenantId, stillId, picture);
  pictures.set(number, { ...picture, check: undefined });
  return made(picture);
}

const made = ({ number, id, flagged }: Pick<StillPicture, 'number' | 'id' | 'flagged'>): MadePicture => ({
  number,
  pictureId: id,
  ...(flagged && { flagged: true as const }),
});

/** The whole scene, with the LoRAs or the references of those who are drawn in it. */
function drawing(still: OpenStill, seed: number, number: number): Task {
  const { ports, row } = still;
  const { route, cast, prompts, size, references } = row.manifest;
  const generator = ports.models.generator(ROUTES[route].draws);
  const inScene = drawnInScene(
    route,
    cast.map(({ subject }) => ({ hasFace: subjectHasFace(subject) })),
  );
  return {
    kind: 'draw',
    number,
    base: undefined,
    seed,
    generator,
    async spec() {
      const given = await givenFiles(still, inScene);
      const shown = ROUTES[route].references ? { references: [...given.references, ...references] } : {};
      return { prompt: prompts.scene, size, seed, ...given.common, ...shown };
    },
    kept: (drawn, signal) => ports.painting.keep(drawn, signal),
  };
}

/** `checked`: the picture whose check knows the other faces. Repaints before this one left them where they are. */
interface Repaint {
  face: RepaintedFace;
  checked: number;
  base: number;
  number: number;
}

/** One face of an earlier picture. */
function repainting(still: OpenStill, { face: { member, box }, checked, base, number }: Repaint): Task {
  const { ports, deliver, row, pictures } = still;
  const { route, cast, prompts } = row.manifest;
  const generator = ports.models.generator(ROUTES[route].repaints);
  const { masks } = generator.profile.limits;
  const seed = (row.seed + number * REPAINT_SEED_STEP) % SEEDS;

  /** When it is needed: the pass itself may make it. */
  function basePicture() {
    const picture = pictures.get(base);
    if (!picture)
      throw new Failure('NotFound', `Picture ${base} of this still does not exist, and is to be painted on.`);
    return picture;
  }
  const mask = (size: ImageSize, signal?: AbortSignal) =>
    ports.painting.mask(size, box, facesBeside(box, pictures.get(checked)?.check), signal);

  return {
    kind: 'repaint',
    number,
    base,
    seed,
    generator,
    async spec() {
      const { object, size, sha256 } = basePicture();
      const { common, references } = await givenFiles(still, [member]);
      const spec: PictureSpec = {
        prompt: `${prompts.faces[member] ?? ''}${ROUTES[route].references ? whereIs(box, size, cast.length) : ''}`,
        size,
        seed,
        ...common,
        picture: await deliver(png(object, sha256)),
        ...(ROUTES[route].references && { references }),
      };
      if (!masks) return spec;
      const maskObject = stillMaskObject(row.tenantId, row.batchId, row.id, number);
      await ports.files.put(maskObject, await mask(size), 'image/png');
      return { ...spec, mask: await deliver(png(maskObject, `${row.id}/${number}/mask`)) };
    },
    async kept(drawn, signal) {
      const { object, size } = basePicture();
      return ports.painting.composite(await ports.files.get(object), drawn, await mask(size, signal), signal);
    },
  };
}

const png = (object: ObjectRef, name: string): Deliverable => ({
  object,
  contentType: 'image/png',
  fileName: 'picture.png',
  name,
});

/** An editor has no mask: it is told which of several faces is meant. */
function whereIs({ x, width }: Box, size: ImageSize, people: number): string {
  if (people < 2) return '';
  const area = { x: x / size.width, y: 0, width: width / size.width, height: 1 };
  return `. It is the face ${PLACE_WORDS[positionOf(area)]} of the picture`;
}

/** What a request has of these members, when every version of the cast may be used. */
async function givenFiles(
  { ports, deliver, row }: OpenStill,
  members: readonly number[],
): Promise<{
  common: Pick<PictureSpec, 'loras' | 'safetyChecker' | 'format'>;
  references: string[];
}> {
  const { route, cast } = row.manifest;
  const stored = await usableLoras(ports, row.tenantId, cast);
  const loras: PictureSpec['loras'][number][] = [];
  const references: string[] = [];
  for (const member of members) {
    const [of, lora] = [cast[member], stored[member]];
    if (!of || !lora) throw new Failure('Internal', `The still has no character ${member + 1}.`);
    if (ROUTES[route].loras) loras.push({ address: await deliver(approvedLoraFile(lora)), scale: of.strength / 100 });
    if (ROUTES[route].references) references.push(await deliver(await castReference(ports, row.tenantId, of)));
  }
  const safetyChecker = await ports.tenantSettings.safetyChecker(row.tenantId);
  return { common: { loras, safetyChecker, format: 'png' }, references };
}
