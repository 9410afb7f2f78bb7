// Prices as they are shown. Pure, so that it is tested without a page.

import { formatUsd, microUsd } from '../../domain/money.ts';
import { texts } from '../texts.ts';

/** Half a cent is money here: a picture costs a few. */
export const dollars = (usd: number): string => formatUsd(microUsd(usd));

export const priceRange = ({ lowestUsd, highestUsd }: { lowestUsd: number; highestUsd: number }): string =>
  texts.scene.price.range(dollars(lowestUsd), dollars(highestUsd));
