// The price of a still as it was frozen, by the models of its route.

import type { Megapixel } from '../../domain/image-units.ts';
import type { MicroUsd } from '../../domain/money.ts';
import { againPrice, type PricedStill } from '../../domain/stills/price.ts';
import { routeModels } from '../../domain/stills/routes.ts';
import type { Manifest } from '../../domain/stills/still.ts';
import { hasFace } from '../../domain/subject.ts';
import type { Ports } from '../ports/index.ts';
import type { StillRow } from '../ports/stills.ts';

type World = Pick<Ports, 'models' | 'imageUnits'>;

export function pricedStill(
  { models }: Pick<World, 'models'>,
  { route, cast, size, references }: Pick<Manifest, 'route' | 'cast' | 'size' | 'references'>,
  megapixel: Megapixel,
): PricedStill {
  return {
    route,
    models: routeModels(route, (id) => models.generator(id).profile),
    cast: cast.map(({ subject }) => ({ hasFace: hasFace(subject) })),
    size,
    references: references.length,
    megapixel,
  };
}

/** The most that one further repair or redraw costs. */
export async function priceOfAgain(world: World, still: StillRow, kind: 'repair' | 'redraw'): Promise<MicroUsd> {
  const { pixels } = await world.imageUnits.megapixel();
  return againPrice(pricedStill(world, still.manifest, pixels), kind);
}
