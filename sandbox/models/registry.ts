// The models that the sandbox serves, by endpoint id.
import { fluxInpainting } from './flux-inpainting.ts';
import { fluxLora } from './flux-lora.ts';
import { fluxTraining } from './flux-training.ts';
import type { Model } from './model.ts';

export const MODELS: ReadonlyMap<string, Model> = new Map(
  [fluxTraining, fluxLora, fluxInpainting].map((m) => [m.endpoint, m]),
);
