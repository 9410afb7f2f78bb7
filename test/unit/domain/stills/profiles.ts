// The models of the routes, as the product has them.

import type { ProfileOf } from '../../../../domain/stills/routes.ts';
import { MODELS } from '../../../support/models.ts';

export const profileOf: ProfileOf = (id) => MODELS.generator(id).profile;
