// What the functions of a storyboard are given, as a request for stills.

import { PROMPT_LIMITS, STILL_LIMITS } from '../domain/stills/limits.ts';
import type { StillsInput } from './types.ts';

/** Ids of the app's own, kept with the stills. What else it holds is not sent. */
export interface StoryboardContext {
  projectId?: string | null | undefined;
  userId?: string | null | undefined;
  sceneId?: string | null | undefined;
  frameId?: string | null | undefined;
}

/** A character that is ready: `technologyData.falCharacterId`, and `referenceStrength / 100`. */
export interface CharacterIdentity {
  /** The address of the LoRA; an expired signature is no matter. */
  loraUrl: string;
  /** 0–1; 1 when absent. */
  scale?: number | undefined;
}

interface Pictures {
  items?: readonly { url: string }[] | undefined;
}

interface MoodboardSection extends Pictures {
  notes?: string | undefined;
  aiDescription?: string | undefined;
}

export interface Moodboard {
  cinematography?: MoodboardSection | undefined;
  color?: MoodboardSection | undefined;
  style?: MoodboardSection | undefined;
  other?: MoodboardSection | undefined;
}

/** A text is taken as it is: where it has `{prompt}`, the scene goes. */
export type MoodboardTemplate =
  | string
  | (Pictures & {
      title?: string | undefined;
      description?: string | undefined;
      aiSummary?: string | undefined;
    });

export interface Asked {
  prompt: string;
  model?: string | undefined;
  aspectRatio?: string | undefined;
  n?: number | undefined;
  /** The seed of the first variant; a text stands for a number, the same one always. */
  seed?: string | undefined;
  frameId?: string | undefined;
  references?: readonly string[] | undefined;
  moodboard?: Moodboard | null | undefined;
  templates?: readonly MoodboardTemplate[] | undefined;
  names?: readonly string[] | undefined;
  location?: string | undefined;
  context?: StoryboardContext | undefined;
  identities?: readonly CharacterIdentity[] | undefined;
}

/** Something of a call that draws nothing, and why. */
export interface Unused {
  field: string;
  reason: string;
}

export interface StillsCall {
  body: StillsInput;
  /** Whether a text was cut, because it was too long. */
  wasAdjusted: boolean;
  unused: Unused[];
}

/** The frame's own sections come first, as the app lists them. */
const SECTIONS = ['cinematography', 'color', 'style', 'other'] as const;
/** How many pictures of templates, and of sections, are references beside those of the frame. */
const PICTURES = { templates: 6, sections: 2 } as const;
const ADDRESS = /^https?:\/\/\S{1,1990}$/;

export function callOf(asked: Asked): StillsCall {
  const cut = { any: false };
  const shortened = (text: string, max: number): string => {
    const short = shortenedText(text, max);
    cut.any ||= short !== text;
    return short;
  };
  const unused: Unused[] = [];
  const { n, frameId, location, model, aspectRatio, seed, identities = [] } = asked;
  const names = ownNames(asked);
  const featured = names ? [] : (asked.names ?? []).filter((name) => name);
  const prompt = featured.length > 0 ? `${asked.prompt} featuring ${featured.join(' and ')}` : asked.prompt;
  const moodboard = moodOf(asked, unused).map((text) => shortened(text, PROMPT_LIMITS.template));
  const references = referencesOf(asked, unused);
  const frame = {
    prompt: shortened(prompt, PROMPT_LIMITS.prompt),
    characters: identities.map(({ loraUrl, scale = 1 }, at) => ({
      loraUrl: withoutSignature(loraUrl),
      strength: Math.round(scale * 100),
      ...(names?.[at] && { name: names[at] }),
    })),
    ...(frameId && { frameId }),
    ...(aspectRatio && { aspectRatio }),
    ...(n !== undefined && { n }),
    ...(seed !== undefined && { seed: Number(hashOf(seed) & 0xff_ff_ff_ffn) }),
    ...(location && { location: shortened(location, PROMPT_LIMITS.location) }),
    ...(moodboard.length > 0 && { moodboard }),
    ...(references.length > 0 && { references }),
    ...(model && { model }),
  };
  return { body: { frames: [frame], context: contextOf(asked.context) }, wasAdjusted: cut.any, unused };
}

/** FNV-1a, 64 bits (IETF draft-eastlake-fnv): the same text always gives the same number, in pages without https too. */
export function hashOf(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash;
}

/**
 * What the prompt calls the characters. An app may list more names than identities, because some of its characters are
 * not ready; nobody knows then which name is whose, and the characters keep the names that we have.
 */
function ownNames({ names, identities = [] }: Asked): readonly string[] | undefined {
  return names?.length === identities.length ? names : undefined;
}

function moodOf({ moodboard, templates = [] }: Asked, unused: Unused[]): string[] {
  const sections = SECTIONS.map((name) => moodboard?.[name]).map((it) => it?.aiDescription || it?.notes);
  const texts = [...templates.map(textOf), ...sections].flatMap((text) => (text?.trim() ? [text.trim()] : []));
  const rest = texts.length - PROMPT_LIMITS.templates;
  if (rest > 0) {
    unused.push({ field: 'moodboard', reason: `${PROMPT_LIMITS.templates} texts are used, and ${rest} are not.` });
  }
  return texts.slice(0, PROMPT_LIMITS.templates);
}

function textOf(template: MoodboardTemplate): string | undefined {
  if (typeof template === 'string') return template;
  const { title, aiSummary, description } = template;
  const text = aiSummary || description;
  return title && text ? `${title}: ${text}` : text;
}

function referencesOf({ references = [], templates = [], moodboard }: Asked, unused: Unused[]): string[] {
  const urlsOf = (all: readonly (Pictures | string | undefined)[]) =>
    all.flatMap((one) => (typeof one === 'string' ? [] : (one?.items?.map(({ url }) => url) ?? [])));
  const all = new Set([
    ...references,
    ...urlsOf(templates).slice(0, PICTURES.templates),
    ...urlsOf(SECTIONS.map((name) => moodboard?.[name])).slice(0, PICTURES.sections),
  ]);
  const fetched = [...all].filter((url) => ADDRESS.test(url));
  if (fetched.length < all.size) {
    const reason = `Only pictures with an address on the web can be used, and ${all.size - fetched.length} have none.`;
    unused.push({ field: 'references', reason });
  }
  if (fetched.length > STILL_LIMITS.references) {
    unused.push({
      field: 'references',
      reason: `${STILL_LIMITS.references} are used, and ${fetched.length - STILL_LIMITS.references} are not.`,
    });
  }
  return fetched.slice(0, STILL_LIMITS.references);
}

function contextOf(context: StoryboardContext | undefined): NonNullable<StillsInput['context']> {
  const { projectId, userId, sceneId, frameId } = context ?? {};
  return {
    ...(projectId && { projectId }),
    ...(userId && { userId }),
    ...(sceneId && { sceneId }),
    ...(frameId && { frameId }),
  };
}

/** A signature changes every hour, and a repeated request must not. */
const withoutSignature = (url: string): string => url.replace(/[?#].*$/s, '');

/** At most so many characters, up to the end of a sentence where there is one in the last third. */
function shortenedText(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, max).replace(/[\ud800-\udbff]$/, '');
  const end = Math.max(head.lastIndexOf('. '), head.lastIndexOf(', '), head.lastIndexOf('\n'));
  return end > (max * 2) / 3 ? head.slice(0, end + 1) : head;
}
