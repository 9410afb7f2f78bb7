// The LoRAs of a request, as the drawing needs them.
import { download } from '../download.ts';
import { modelError } from '../model-error.ts';
import type { LoraWeight } from './image-fields.ts';
import { readLora } from './lora-file.ts';
import type { ModelRun } from './model.ts';
import { holdsTrigger } from './trigger.ts';

const MAX_LORA_BYTES = 512 * 1024 * 1024;

export interface LoadedLora {
  photos: Buffer[];
  trigger?: string;
  /** Whether the prompt calls the person: without its trigger a LoRA shows nobody. */
  called: boolean;
  scale: number;
}

/** Throws the 422 that fal answers when one cannot be fetched or read. */
export function loadLoras(loras: LoraWeight[], prompt: string, run: ModelRun): Promise<LoadedLora[]> {
  return Promise.all(loras.map((lora, i) => loadLora(lora, i, prompt, run)));
}

async function loadLora({ path, scale }: LoraWeight, index: number, prompt: string, run: ModelRun) {
  const loc = ['body', 'loras', index, 'path'];
  const bytes = await download(path, loc, MAX_LORA_BYTES, run.signal);
  try {
    const { isStyle, ...read } = readLora(bytes);
    if (isStyle) return { photos: [], called: false, scale };
    const person = run.people.meet(read);
    return { ...person, called: person.trigger === undefined || holdsTrigger(prompt, person.trigger), scale };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read';
    throw modelError(422, 'file_download_error', loc, `Failed to load the LoRA weights: ${why}`, { input: path });
  }
}
