// The routes: how a still is drawn and how one of its faces is painted anew, as data over the models' profiles. Nothing
// is paid for a cast that a route cannot draw: it is refused before.

import type { GeneratorProfile } from '../profile.ts';
import { type Subject, subjectHasFace } from '../subject.ts';
import type { RouteId } from './still.ts';

interface Route {
  /** The profile that draws the whole scene, and the one that paints one face of it anew. */
  draws: string;
  repaints: string;
  /** Whether it uses the LoRAs of the cast, and a reference picture of each member. */
  loras: boolean;
  references: boolean;
  /** Whether the scene has the LoRA of the first face alone: two LoRAs in one request blend two faces. */
  oneFaceAtOnce: boolean;
}

export const ROUTES: Readonly<Record<RouteId, Route>> = {
  lora: {
    draws: 'fal/flux-lora@1',
    repaints: 'fal/flux-lora-inpainting@1',
    loras: true,
    references: false,
    oneFaceAtOnce: false,
  },
  'lora+inpaint': {
    draws: 'fal/flux-lora@1',
    repaints: 'fal/flux-lora-inpainting@1',
    loras: true,
    references: false,
    oneFaceAtOnce: true,
  },
  'lora+refs': {
    draws: 'fal/flux-2-lora-edit@1',
    repaints: 'fal/flux-2-lora-edit@1',
    loras: true,
    references: true,
    oneFaceAtOnce: false,
  },
  refs: {
    draws: 'fal/flux-2-edit@1',
    repaints: 'fal/flux-2-edit@1',
    loras: false,
    references: true,
    oneFaceAtOnce: false,
  },
};

/** More people than this in one picture have faces too small to be told apart. */
export const MAX_CAST = 8;

type Choice = readonly [RouteId, ...RouteId[]];

/** Tried in this order where the request names none; the first whose models can use the LoRAs of the cast is taken. */
const ALONE: Choice = ['lora', 'lora+refs'];
const TOGETHER: Choice = ['lora+inpaint', 'lora+refs'];

export interface RouteModels {
  draws: GeneratorProfile;
  repaints: GeneratorProfile;
}

export type ProfileOf = (id: string) => GeneratorProfile;

export function routeModels(route: RouteId, profileOf: ProfileOf): RouteModels {
  const { draws, repaints } = ROUTES[route];
  return { draws: profileOf(draws), repaints: profileOf(repaints) };
}

/**
 * The members whose LoRA or reference draws the scene, by their index in the cast. With `lora+inpaint` these are the
 * first, and those that have no face to be painted later; all others are painted into the scene one by one.
 */
export function drawnInScene(route: RouteId, cast: readonly { hasFace: boolean }[]): number[] {
  const { oneFaceAtOnce } = ROUTES[route];
  return [...cast.keys()].filter((member) => !oneFaceAtOnce || member === 0 || cast[member]?.hasFace === false);
}

export const ROUTE_REFUSALS = [
  'too_many_characters',
  'wrong_family',
  'too_many_loras',
  'too_many_references',
  'no_characters',
] as const;
export type RouteRefusalCode = (typeof ROUTE_REFUSALS)[number];

/** Why a route cannot draw a cast; `message` says it to people, with what to do. */
export interface RouteRefusal {
  code: RouteRefusalCode;
  message: string;
  /** The member that it is about: its index in the cast. */
  member?: number;
}

export interface RouteRequest {
  /** The route that the request names. */
  named?: RouteId | undefined;
  cast: readonly { name: string; family: string; subject?: Subject | undefined }[];
  /** Addresses of the request to draw from, beside the references of the cast. */
  references: readonly string[];
}

export interface ChosenRoute {
  route: RouteId;
  /** Those of the request that it draws from. */
  references: string[];
  /** What it cannot use of the request, and why. */
  ignored: { field: string; reason: string }[];
}

/** The named route, or the one that fits the cast. */
export function chooseRoute(request: RouteRequest, profileOf: ProfileOf): ChosenRoute | { refused: RouteRefusal } {
  const { named, cast } = request;
  if (cast.length > MAX_CAST) {
    const message = `A frame shows ${MAX_CAST} characters at most, and not ${cast.length}. Split it into two frames.`;
    return { refused: { code: 'too_many_characters', message } };
  }
  const choice: Choice = named === undefined ? (cast.length > 1 ? TOGETHER : ALONE) : [named];
  const [preferred, ...others] = choice;
  const refused = refusalOf(preferred, request, profileOf);
  if (!refused) return { route: preferred, ...usedOf(preferred, request, profileOf) };
  const route = others.find((other) => !refusalOf(other, request, profileOf));
  return route === undefined ? { refused } : { route, ...usedOf(route, request, profileOf) };
}

function refusalOf(route: RouteId, { cast, references }: RouteRequest, profileOf: ProfileOf): RouteRefusal | undefined {
  const { loras, references: takesReferences } = ROUTES[route];
  const { draws, repaints } = routeModels(route, profileOf);
  if (loras) {
    for (const [member, { name, family }] of cast.entries()) {
      if (family === draws.family && family === repaints.family) continue;
      const message =
        `The identity of "${name}" is a LoRA of ${family}, and the route "${route}" draws with ${draws.family}. ` +
        'Name another route, or train the character again for this one.';
      return { code: 'wrong_family', message, member };
    }
    const inScene = drawnInScene(
      route,
      cast.map(({ subject }) => ({ hasFace: subjectHasFace(subject) })),
    ).length;
    if (inScene > draws.limits.loras) {
      const message =
        `The route "${route}" takes ${draws.limits.loras} LoRAs in one picture, and this frame needs ${inScene}. ` +
        'Take fewer characters, or the route "lora+inpaint".';
      return { code: 'too_many_loras', message };
    }
  }
  if (takesReferences && cast.length > draws.limits.references) {
    const message =
      `The route "${route}" draws from ${draws.limits.references} pictures at most, one for each character, and this ` +
      `frame has ${cast.length}. Take fewer characters, or the route "lora+inpaint".`;
    return { code: 'too_many_references', message };
  }
  if (takesReferences && cast.length + references.length === 0) {
    const message = `The route "${route}" draws from pictures, and this frame has neither a character nor a reference.`;
    return { code: 'no_characters', message };
  }
  return undefined;
}

function usedOf(
  route: RouteId,
  { cast, references }: RouteRequest,
  profileOf: ProfileOf,
): Pick<ChosenRoute, 'references' | 'ignored'> {
  const { limits } = routeModels(route, profileOf).draws;
  const room = ROUTES[route].references ? limits.references - cast.length : 0;
  const used = references.slice(0, room);
  const ignored: ChosenRoute['ignored'] = [];
  if (!ROUTES[route].references && references.length > 0) {
    ignored.push({ field: 'references', reason: `The route "${route}" draws from no pictures, but from LoRAs alone.` });
  } else if (used.length < references.length) {
    const reason =
      `The route "${route}" draws from ${limits.references} pictures at most. ${cast.length} show the characters, so ` +
      `${used.length} of ${references.length} references are used.`;
    ignored.push({ field: 'references', reason });
  }
  if (!ROUTES[route].loras && cast.length > 0) {
    ignored.push({
      field: 'characters.strength',
      reason: `The route "${route}" uses no LoRA, so there is no strength.`,
    });
  }
  return { references: used, ignored };
}
