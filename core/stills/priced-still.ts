// The price of a still as it was frozen, by the models of its route.

import type { Megapixel } from '../../domain/image-units.ts';
import type { MicroUsd } from '../../domain/money.ts';
import { againPrice, type PricedStill } from '../../domain/stills/price.ts';
import { routeModels } from '../../domain/stills/routes.ts';
import type { Manifest } from '../../domain/stills/still.ts';
import { subjectHasFace } from '../../domain/subject.ts';
import type { Ports } from '../ports/index.ts';
import type { Models } from '../ports/models.ts';
import type { StillRow } from '../ports/stills.ts';

/** What the prices of a still depend on (domain/stills/price.ts). */
export function pricedStill(
  models: Models,
  { route, cast, size, references }: Pick<Manifest, 'route' | 'cast' | 'size' | 'references'>,
  megapixel: Megapixel,
): PricedStill {
  return {
    route,
    models: routeModels(route, (id) => models.generator(id).profile),
    cast: cast.map(({ subject }) => ({ hasFace: subjectHasFace(subject) })),
    size,
    references: references.length,
    megapixel,
  };
}

/** The most that one further repair or redraw costs. */
export async function priceOfAgain(
  { models, imageUnits }: Pick<Ports, 'models' | 'imageUnits'>,
  { manifest }: StillRow,
  kind: 'repair' | 'redraw',
): Promise<MicroUsd> {
  const { pixels } = await imageUnits.megapixel();
  return againPrice(pricedStill(models, manifest, pixels), kind);
}
