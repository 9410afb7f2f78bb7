// The models that the product has, for tests that pay for jobs of them.

import { createModels } from '../../adapters/create-models.ts';
import { fluxLora } from '../../adapters/fal/models/flux-lora.ts';
import { fluxLoraFastTraining } from '../../adapters/fal/models/flux-lora-fast-training.ts';
import { FAL_MODELS } from '../../adapters/fal/models/index.ts';

export const MODELS = createModels(FAL_MODELS);
export const TRAINER = fluxLoraFastTraining.profile;
export const GENERATOR = fluxLora.profile;
/** What identities are trained by and drawn with where nothing else is said. */
export const PAIR = { trainer: TRAINER.id, generator: GENERATOR.id };
