import { expect, it } from 'vitest';
import { ModelError } from '../../../sandbox/model-error.ts';
import { fluxLora } from '../../../sandbox/models/flux-lora.ts';
import type { ModelRun } from '../../../sandbox/models/model.ts';
import { People } from '../../../sandbox/people.ts';
import { DEFAULT_SETTINGS } from '../../../sandbox/settings.ts';

const run: ModelRun = {
  requestId: 'r',
  settings: DEFAULT_SETTINGS,
  signal: new AbortController().signal,
  people: new People(undefined),
  saveOutput: () => Promise.reject(new Error('nothing may be drawn')),
  faultStrikes: async () => false,
  faultIsAbout: () => undefined,
};

it.each([
  ['no prompt', {}, ['body', 'prompt'], 'missing', undefined],
  [
    '51 steps',
    { prompt: 'x', num_inference_steps: 51 },
    ['body', 'num_inference_steps'],
    'less_than_equal',
    { le: 50 },
  ],
  ['an unknown size name', { prompt: 'x', image_size: 'huge' }, ['body', 'image_size'], 'one_of', undefined],
  ['no image', { prompt: 'x', num_images: 0 }, ['body', 'num_images'], 'greater_than_equal', { ge: 1 }],
  [
    'a scale of 5',
    { prompt: 'x', loras: [{ path: 'p', scale: 5 }] },
    ['body', 'loras', 0, 'scale'],
    'less_than_equal',
    { le: 4 },
  ],
  [
    'a size of 9000',
    { prompt: 'x', image_size: { width: 9000 } },
    ['body', 'image_size', 'width'],
    'less_than_equal',
    { le: 4096 },
  ],
  [
    'another format',
    { prompt: 'x', output_format: 'gif' },
    ['body', 'output_format'],
    'one_of',
    { expected: ['jpeg', 'png'] },
  ],
  [
    'a LoRA on the disk',
    { prompt: 'x', loras: [{ path: '/etc/passwd' }] },
    ['body', 'loras', 0, 'path'],
    'file_download_error',
    undefined,
  ],
])('%s is answered as fal would', async (_, input, loc, type, ctx) => {
  const error = await fluxLora.run(input, run).catch((e: unknown) => e);
  if (!(error instanceof ModelError)) throw error;
  expect(error.status).toBe(422);
  expect(error.detail[0]).toMatchObject({ loc, type, ...(ctx && { ctx }) });
});
