// The models that the sandbox serves, by endpoint id.
import { fluxLora } from './flux-lora.ts';
import { fluxTraining } from './flux-training.ts';
import type { Model } from './model.ts';

export const MODELS: ReadonlyMap<string, Model> = new Map([fluxTraining, fluxLora].map((m) => [m.endpoint, m]));
