// What a still may cost, stated before anything is paid. The ledger enforces the highest price: all that the loop may
// do has to fit into it.

import type { ImageSize, Megapixel } from '../image-units.ts';
import type { MicroUsd } from '../money.ts';
import { picturePrice } from '../profile.ts';
import { drawnInScene, ROUTES, type RouteModels } from './routes.ts';
import type { RouteId, StillPrice } from './still.ts';

/** What the price of a still depends on. */
export interface PricedStill {
  route: RouteId;
  models: RouteModels;
  cast: readonly { hasFace: boolean }[];
  size: ImageSize;
  /** Pictures of the request that it is drawn from. */
  references: number;
  megapixel: Megapixel;
}

/** Of one picture of the whole scene. */
export function drawPrice({ route, models, cast, size, references, megapixel }: PricedStill): MicroUsd {
  const given = ROUTES[route].references ? cast.length + references : 0;
  return picturePrice(models.draws, size, megapixel, Array(given).fill(undefined));
}

/** Of one face that is painted anew: an editor is given the picture, and a reference of the character. */
export function repaintPrice({ route, models, size, megapixel }: PricedStill): MicroUsd {
  const given = ROUTES[route].references ? [size, undefined] : [size];
  return picturePrice(models.repaints, size, megapixel, given);
}

/** The scene, with each face that is painted into it afterwards. */
function scenePrice(still: PricedStill): MicroUsd {
  const later = still.cast.length - drawnInScene(still.route, still.cast).length;
  return drawPrice(still) + later * repaintPrice(still);
}

/** One repair: a new scene, or every face painted anew, whichever is dearer. */
function repairPrice(still: PricedStill): MicroUsd {
  const faces = still.cast.filter(({ hasFace }) => hasFace).length;
  return Math.max(scenePrice(still), faces * repaintPrice(still));
}

/** Without a repair, and with all of them. */
export function stillPrice(still: PricedStill, maxRepairs: number): StillPrice {
  const lowest = scenePrice(still);
  return { lowest, highest: lowest + maxRepairs * repairPrice(still) };
}

/** The most that one further pass costs that a person asks for. */
export function againPrice(still: PricedStill, kind: 'repair' | 'redraw'): MicroUsd {
  return kind === 'redraw' ? scenePrice(still) : repairPrice(still);
}
