// How a frame is drawn: its route, its prompts, its size and its price. Pure but for the profiles of the models; nothing
// is written.

import type { Megapixel } from '../../domain/image-units.ts';
import { composePrompts } from '../../domain/stills/compose-prompt.ts';
import { stillPrice } from '../../domain/stills/price.ts';
import { chooseRoute, routeModels } from '../../domain/stills/routes.ts';
import { stillSize } from '../../domain/stills/size.ts';
import type { CastMember, Manifest, RouteId, StillPrice } from '../../domain/stills/still.ts';
import type { Ports } from '../ports/index.ts';
import { Refusal } from '../refusal.ts';
import type { FoundMember } from './find-cast.ts';
import { pricedStill } from './priced-still.ts';
import type { FrameRequest } from './stills-request.ts';

export interface PlannedFrame {
  manifest: Manifest;
  variants: number;
  /** Of one variant. */
  price: StillPrice;
  ignored: { field: string; reason: string }[];
}

interface Asked {
  frame: FrameRequest;
  cast: readonly FoundMember[];
  route: RouteId | undefined;
  maxRepairs: number;
  megapixel: Megapixel;
}

/** Throws Refusal: wrong_family, invalid_request. */
export function planFrame({ models }: Pick<Ports, 'models'>, asked: Asked): PlannedFrame {
  const { frame, cast, route: named, maxRepairs, megapixel } = asked;
  const profileOf = (id: string) => models.generator(id).profile;
  const chosen = chooseRoute({ named, cast, references: frame.references }, profileOf);
  if ('refused' in chosen) {
    const { code, message } = chosen.refused;
    throw new Refusal(code === 'wrong_family' ? 'wrong_family' : 'invalid_request', message);
  }
  const { route, references, ignored } = chosen;
  const { draws } = routeModels(route, profileOf);
  const size = stillSize(frame.size, draws.limits.side);
  if ('refused' in size) throw new Refusal('invalid_request', size.refused);
  const composed = composePrompts({
    route,
    prompt: frame.prompt,
    cast: cast.map((member, at) => {
      const { position, box } = frame.characters[at] ?? {};
      return { ...member, position, box };
    }),
    location: frame.location,
    moodboard: frame.moodboard,
    addressing: draws.addressing,
  });
  if ('refused' in composed) throw new Refusal('invalid_request', composed.refused.message);
  const placed = cast.map((member, at): CastMember => {
    const place = composed.places[at];
    return place ? { ...member, place } : member;
  });
  const manifest: Manifest = { route, cast: placed, prompts: composed.prompts, size, references };
  const unused = frame.model === undefined ? [] : [{ field: 'model', reason: 'The route chooses the model.' }];
  const price = stillPrice(pricedStill(models, manifest, megapixel), maxRepairs);
  return { manifest, variants: frame.n, price, ignored: [...ignored, ...unused] };
}
