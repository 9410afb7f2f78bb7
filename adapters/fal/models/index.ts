// fal's models. A new one is a file in this folder, and a line here.

import { flux2Edit, flux2LoraEdit } from './flux-2-edit.ts';
import { fluxLora } from './flux-lora.ts';
import { fluxLoraFastTraining } from './flux-lora-fast-training.ts';
import { fluxLoraInpainting } from './flux-lora-inpainting.ts';

export const FAL_MODELS = [fluxLoraFastTraining, fluxLora, fluxLoraInpainting, flux2LoraEdit, flux2Edit] as const;

export type ProxiedModel = Extract<(typeof FAL_MODELS)[number], { proxied: unknown }>;

/** The models that apps may use through the proxy. */
export const PROXIED_MODELS: readonly ProxiedModel[] = FAL_MODELS.filter((model) => 'proxied' in model);
