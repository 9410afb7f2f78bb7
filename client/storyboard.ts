// generateStillVariants, generateVisual and generateImageWithFlux, as a storyboard app has them: the same arguments in
// the same order. The stills are drawn, checked and repaired by Likeness.

import { LikenessError } from './error.ts';
import type { LikenessClient } from './index.ts';
import {
  type Asked,
  type CharacterIdentity,
  callOf,
  hashOf,
  type Moodboard,
  type MoodboardTemplate,
  type StillsCall,
  type StoryboardContext,
  type Unused,
} from './storyboard-request.ts';
import type { Batch, BatchItem, Still } from './types.ts';

export type { CharacterIdentity, Moodboard, MoodboardTemplate, StoryboardContext } from './storyboard-request.ts';

export interface StoryboardOptions {
  /**
   * The address of a picture, which an `<img>` can show. By default an object URL, which lasts as long as the page:
   * store the picture where your app has its others, and answer that address.
   */
  addressOf?: (picture: Blob, still: Still) => string | Promise<string>;
  /** Called for each still that a person has to look at; its findings say why. */
  onFlagged?: (still: Still) => void;
  /**
   * For a call that another process or a restart may repeat: the same key finds the same stills, and pays nothing again.
   * Make a storyboard of its own for each such call. Without it, each call has a new key, and draws anew.
   */
  idempotencyKey?: string;
}

export interface StillVariants {
  /** One of each variant, in their order; empty where no picture could be made. */
  urls: string[];
  /** Why there is no picture, or what a person has to look at; null where the picture is right. */
  errors: (string | null)[];
  /** Whether a text was too long, and was cut. */
  wasAdjusted: boolean;
  metadata: {
    /** As it was composed. */
    promptUsed: string;
    /** Those that the stills were drawn from: a LoRA needs none. */
    referenceImages: string[];
    selectedCharacters: string[];
    selectedLocation: string;
    model: string;
    /** What drew nothing, and why. */
    ignored: Unused[];
  };
}

export interface Visual {
  url: string;
  /** Whether the sandbox drew it, and no model. */
  fromFallback: boolean;
  /** What a person has to look at; null where the picture is right. */
  error: string | null;
}

export type Storyboard = ReturnType<typeof storyboardOf>;

/** Percent of a variant, by its state. */
const PROGRESS: Readonly<Record<Still['state'], number>> = {
  queued: 5,
  drawing: 20,
  checking: 60,
  repairing: 75,
  passed: 100,
  flagged: 100,
  failed: 100,
  refused: 100,
  cancelled: 100,
};
/** The same still is drawn anew so often; each time its picture could not be made. */
const MOST_ATTEMPTS = 20;
/** Routes that draw from LoRAs alone. */
const WITHOUT_REFERENCES: readonly Still['route'][] = ['lora', 'lora+inpaint'];

/**
 * The functions over a client. They throw an Error whose message is a sentence for people; its `cause` is the
 * LikenessError.
 *
 * @example
 * const { generateStillVariants } = storyboardOf(createLikenessClient({ baseUrl, apiKey }));
 */
export function storyboardOf(client: Pick<LikenessClient, 'stills'>, options: StoryboardOptions = {}) {
  const { stills } = client;
  const { addressOf = (picture) => URL.createObjectURL(picture), onFlagged, idempotencyKey } = options;

  /**
   * The variants of one frame, each a still with a seed of its own. Throws when nothing was drawn because the request
   * was refused; what happens to one variant alone is in `errors`.
   */
  async function generateStillVariants(
    frame_id: string,
    model: string,
    prompt: string,
    reference_images: readonly string[],
    avatar_refs: readonly string[],
    aspect_ratio: string,
    n = 1,
    moodboard?: Moodboard | null,
    moodboardTemplates: readonly MoodboardTemplate[] = [],
    characterNames?: readonly string[],
    locationName?: string,
    onProgress?: (index: number, progress: number) => void,
    context?: StoryboardContext,
    characterIdentities?: readonly CharacterIdentity[],
  ): Promise<StillVariants> {
    const asked: Asked = {
      ...{ frameId: frame_id, model, prompt, aspectRatio: aspect_ratio, n, moodboard, context },
      references: [...reference_images, ...avatar_refs],
      templates: moodboardTemplates,
      names: characterNames,
      location: locationName,
      identities: characterIdentities,
    };
    const { call, batch, drawn } = await draw(asked, onProgress);
    const [first] = drawn;
    return {
      urls: drawn.map(({ url }) => url),
      errors: drawn.map(({ error }) => error),
      wasAdjusted: call.wasAdjusted,
      metadata: {
        promptUsed: first?.still.prompt ?? prompt,
        referenceImages: referencesUsed(call, first?.still),
        selectedCharacters: [...(characterNames ?? [])],
        selectedLocation: locationName ?? '',
        model,
        ignored: [...call.unused, ...batch.ignored.map(({ field, reason }) => ({ field, reason }))],
      },
    };
  }

  /**
   * One still. Its seed is made from the text `seed`, so the same call gives the same picture: it is found, and nothing
   * is paid again. Name another seed for another picture.
   */
  async function generateVisual(
    prompt: string,
    model: string,
    reference_images: readonly string[],
    aspect_ratio: string,
    onProgress?: (progress: number) => void,
    seed = `${model}-${prompt}`,
    context?: StoryboardContext,
    characterIdentities?: readonly CharacterIdentity[],
  ): Promise<Visual> {
    const asked = { prompt, model, aspectRatio: aspect_ratio, seed, context };
    const all = { ...asked, references: reference_images, identities: characterIdentities };
    const { batch, drawn } = await draw(all, onProgress && ((_, progress) => onProgress(progress)));
    const { url, error } = onlyOne(drawn);
    return { url, fromFallback: batch.provider === 'sandbox', error };
  }

  /** The address of one new still. `raw` and `variant` change nothing: the route of the cast decides what draws. */
  async function generateImageWithFlux(
    prompt: string,
    aspectRatio = '16:9',
    onProgress?: (progress: number) => void,
    _raw = false,
    variant = 'Flux',
    loras?: readonly { path: string; scale: number }[],
  ): Promise<string> {
    const identities = loras?.map(({ path, scale }) => ({ loraUrl: path, scale }));
    const asked = { prompt, model: variant, aspectRatio, identities };
    const { drawn } = await draw(asked, onProgress && ((_, progress) => onProgress(progress)));
    return onlyOne(drawn).url;
  }

  async function draw(asked: Asked, onProgress?: (index: number, progress: number) => void) {
    if (!asked.prompt.trim()) throw new Error('Please enter a prompt to generate an image.');
    const call = callOf(asked);
    return inASentence(async () => {
      const begun = await begin(call, asked.seed !== undefined);
      const { batch, all, waited } = await ended(begun, onProgress);
      const drawn = [];
      for (const still of all) drawn.push(await outcomeOf(still, waited));
      return { call, batch, drawn };
    });
  }

  /**
   * A named seed gives the same picture again, so the same request finds its stills. Those of which nothing was made, as
   * while the provider was away, are drawn anew.
   */
  async function begin({ body }: StillsCall, isRepeatable: boolean): Promise<Batch> {
    if (idempotencyKey !== undefined) return stills.create(body, { idempotencyKey });
    if (!isRepeatable) return stills.create(body);
    const name = `visual-${hashOf(JSON.stringify(body)).toString(16)}`;
    for (let attempt = 1; ; attempt++) {
      const batch = await stills.create(body, { idempotencyKey: `${name}-${attempt}` });
      const isOver = batch.state !== 'running' && batch.state !== 'waiting_for_budget';
      const isMade = batch.stills.some(({ best }) => best !== undefined);
      if (!isOver || isMade || attempt === MOST_ATTEMPTS) return batch;
    }
  }

  /** Follows the batch to its end. Nobody waits here for a budget: what is not drawn yet is stopped, and not paid. */
  async function ended(begun: Batch, onProgress?: (index: number, progress: number) => void) {
    const all = new Map<number, Still>();
    const progress = new Map<number, number>();
    let batch: BatchItem = begun;
    let waited = false;
    for await (const change of stills.watch(begun.batchId)) {
      batch = change.batch;
      for (const still of change.stills) {
        all.set(still.variant, still);
        const percent = PROGRESS[still.state];
        if (percent <= (progress.get(still.variant) ?? 0)) continue;
        progress.set(still.variant, percent);
        onProgress?.(still.variant - 1, percent);
      }
      if (batch.state !== 'waiting_for_budget' || waited) continue;
      waited = true;
      await stills.cancel(batch.batchId).catch(ignoreEnd);
    }
    return { batch, all: [...all.values()].sort((a, b) => a.variant - b.variant), waited };
  }

  async function outcomeOf(still: Still, waited: boolean): Promise<Outcome> {
    const { state, best, pictures, findings, closeReason } = still;
    const kept = pictures.find(({ number }) => number === best);
    if (state === 'flagged') onFlagged?.(still);
    const url = kept ? await addressOf(await stills.picture(kept.pictureId), still) : '';
    if (state === 'passed') return { still, url, error: null };
    const said = findings.map(({ message }) => message).join(' ');
    if (state === 'flagged') return { still, url, error: said || 'A person has to look at this picture.' };
    if (waited && state === 'cancelled') return { still, url, error: NO_BUDGET };
    return { still, url, error: closeReason ?? 'No picture could be made. Try it again.' };
  }

  return { generateStillVariants, generateVisual, generateImageWithFlux };
}

interface Outcome {
  still: Still;
  url: string;
  error: string | null;
}

const NO_BUDGET =
  'The budget has no room for this picture, and nothing was paid for it. Raise the budget, then draw it again.';

function onlyOne([one]: readonly Outcome[]): Outcome {
  if (!one?.url) throw new Error(one?.error ?? 'No picture could be made. Try it again.');
  return one;
}

function referencesUsed({ body }: StillsCall, still: Still | undefined): string[] {
  if (!still || WITHOUT_REFERENCES.includes(still.route)) return [];
  return body.frames.flatMap(({ references }) => references ?? []);
}

/** The batch may end by itself in the same moment. */
function ignoreEnd(error: unknown): void {
  if (!(error instanceof LikenessError) || error.code !== 'run_ended') throw error;
}

async function inASentence<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof LikenessError ? new Error(error.detail, { cause: error }) : error;
  }
}
