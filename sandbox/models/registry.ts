// The models that the sandbox serves, by endpoint id.
import { flux2Edit, flux2LoraEdit } from './flux-2-edit.ts';
import { fluxInpainting } from './flux-inpainting.ts';
import { fluxLora } from './flux-lora.ts';
import { fluxTraining } from './flux-training.ts';
import type { Model } from './model.ts';

export const MODELS: ReadonlyMap<string, Model> = new Map(
  [fluxTraining, fluxLora, fluxInpainting, flux2Edit, flux2LoraEdit].map((m) => [m.endpoint, m]),
);
