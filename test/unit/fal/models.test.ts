// Each model of fal: the body that is posted, and what is read from answers. The answers are those of the sandbox and those
// that fal's model pages show.

import { describe, expect, it, test } from 'vitest';
import { createModels } from '../../../adapters/create-models.ts';
import { flux2Edit, flux2LoraEdit } from '../../../adapters/fal/models/flux-2-edit.ts';
import { fluxLora } from '../../../adapters/fal/models/flux-lora.ts';
import { fluxLoraFastTraining } from '../../../adapters/fal/models/flux-lora-fast-training.ts';
import { fluxLoraInpainting } from '../../../adapters/fal/models/flux-lora-inpainting.ts';
import { FAL_MODELS } from '../../../adapters/fal/models/index.ts';
import type { PictureSpec } from '../../../domain/job-spec.ts';
import { DEFAULT_SETTINGS } from '../../../domain/settings.ts';
import { TEST_IMAGE_SIZE } from '../../../domain/test-suite.ts';

const file = (url: string, type: string) => ({ url, content_type: type, file_name: 'f', file_size: 10 });
const image = (url: string) => ({ ...file(url, 'image/jpeg'), width: 1024, height: 1024 });

describe('flux-lora-fast-training', () => {
  it('is sent ONE address, its steps and the trigger word', () => {
    expect(
      fluxLoraFastTraining.body({ archive: 'https://files.test/a.zip', steps: 1200, triggerWord: 'lkbdf' }),
    ).toEqual({
      images_data_url: 'https://files.test/a.zip',
      data_archive_format: 'zip',
      steps: 1200,
      trigger_word: 'lkbdf',
      is_style: false,
      create_masks: true,
      is_input_format_already_preprocessed: false,
    });
  });

  it.each([
    [
      'the sandbox',
      {
        diffusers_lora_file: file('https://sandbox.test/lora.safetensors', 'application/octet-stream'),
        config_file: file('https://sandbox.test/config.json', 'application/json'),
        debug_preprocessed_output: null,
      },
      'https://sandbox.test/lora.safetensors',
    ],
    [
      'fal',
      {
        diffusers_lora_file: { url: 'https://v3.fal.media/files/lion/lora.safetensors' },
        config_file: { url: 'https://v3.fal.media/files/lion/config.json' },
      },
      'https://v3.fal.media/files/lion/lora.safetensors',
    ],
  ])('names its LoRA in an answer of %s', (_, answer, address) => {
    expect(fluxLoraFastTraining.lora(answer)).toBe(address);
  });

  it.each([
    [{}],
    [{ diffusers_lora_file: null }],
    [{ diffusers_lora_file: 'https://fal.media/lora' }],
    [{ diffusers_lora_file: { url: 7 } }],
    [{ lora_file: file('https://fal.media/lora', 'application/octet-stream') }],
  ])('has made no LoRA by an answer like %j', (answer) => {
    expect(() => fluxLoraFastTraining.lora(answer)).toThrow(expect.objectContaining({ code: 'InvalidLora' }));
  });
});

describe('flux-lora', () => {
  it('is sent the prompt, the LoRA with its scale, and is asked for one picture', () => {
    const loras = [{ address: 'https://files.test/lora', scale: 0.8 }];
    const spec = { prompt: 'a photo', size: TEST_IMAGE_SIZE, seed: 42, loras, safetyChecker: true };
    expect(fluxLora.body(spec)).toEqual({
      prompt: 'a photo',
      seed: 42,
      loras: [{ path: 'https://files.test/lora', scale: 0.8 }],
      num_images: 1,
      image_size: { width: 1024, height: 1024 },
      num_inference_steps: 28,
      guidance_scale: 3.5,
      enable_safety_checker: true,
      output_format: 'jpeg',
    });
  });

  it('is asked for PNG where nothing may be lost', () => {
    const spec = { prompt: 'a photo', size: TEST_IMAGE_SIZE, seed: 42, loras: [], safetyChecker: true };
    expect(fluxLora.body({ ...spec, format: 'png' })).toMatchObject({ output_format: 'png' });
  });

  it.each<[string, Record<string, unknown>, boolean]>([
    [
      'the sandbox',
      { images: [image('u')], timings: { inference: 0.3 }, seed: 7, has_nsfw_concepts: [false], prompt: 'x' },
      false,
    ],
    ['fal', { images: [{ url: 'u', content_type: 'image/jpeg' }], prompt: '', has_nsfw_concepts: [true] }, true],
    ['a model without a checker', { images: [image('u')] }, false],
    ['one that says no flag', { images: [image('u')], has_nsfw_concepts: [null] }, false],
    ['one whose flags are none', { images: [image('u')], has_nsfw_concepts: 'no' }, false],
    ['one with more pictures', { images: [image('u'), image('v')], has_nsfw_concepts: [false, true] }, false],
  ])('has drawn a picture by an answer of %s', (_, answer, flagged) => {
    expect(fluxLora.picture(answer)).toEqual({ address: 'u', flagged });
  });

  it.each([
    [{}],
    [{ images: [] }],
    [{ images: [{}] }],
    [{ images: [{ url: 7 }] }],
    [{ images: ['u'] }],
    [{ images: null }],
  ])('has drawn nothing by an answer like %j', (answer) => {
    expect(() => fluxLora.picture(answer)).toThrow(expect.objectContaining({ code: 'ProviderFailed' }));
  });

  it.each([
    ['a size in pixels', { image_size: { width: 640, height: 480 }, num_images: 1 }, { width: 640, height: 480 }, 1],
    ['a size by its name', { image_size: 'square_hd', num_images: 4 }, { width: 1024, height: 1024 }, 4],
    ['one image where nothing is said', { image_size: 'square' }, { width: 512, height: 512 }, 1],
  ])('is billed by its body: %s', (_, body, size, images) => {
    expect(fluxLora.drawn(body)).toEqual({ size, images });
  });

  it.each([
    [{}],
    [{ image_size: 'toString' }],
    [{ image_size: 'square', num_images: 'two' }],
    [{ image_size: [1, 2] }],
  ])('leaves open what is billed by a body like %j', (body) => {
    expect(fluxLora.drawn(body)).toBeUndefined();
  });
});

const SPEC: PictureSpec = {
  prompt: 'a close-up of lkbdf woman',
  size: { width: 1328, height: 752 },
  seed: 42,
  loras: [{ address: 'https://files.test/lora', scale: 0.8 }],
  safetyChecker: true,
  format: 'png',
};
const BASE = 'https://files.test/1.png';

describe('flux-lora-inpainting', () => {
  it('is sent the picture, the mask and the LoRA', () => {
    const body = fluxLoraInpainting.body({ ...SPEC, picture: BASE, mask: 'https://files.test/mask.png' });
    expect(body).toEqual({
      prompt: 'a close-up of lkbdf woman',
      image_url: BASE,
      mask_url: 'https://files.test/mask.png',
      strength: 0.92,
      seed: 42,
      loras: [{ path: 'https://files.test/lora', scale: 0.8 }],
      num_images: 1,
      image_size: { width: 1328, height: 752 },
      num_inference_steps: 28,
      guidance_scale: 3.5,
      enable_safety_checker: true,
      output_format: 'png',
    });
    expect(fluxLoraInpainting.drawn(body)).toEqual({ size: SPEC.size, images: 1 });
  });

  it.each<[string, Partial<PictureSpec>]>([
    ['no picture', { mask: 'https://files.test/mask.png' }],
    ['no mask', { picture: BASE }],
  ])('is not asked with %s', (_, asked) => {
    expect(() => fluxLoraInpainting.body({ ...SPEC, ...asked })).toThrow(
      expect.objectContaining({ code: 'SubmissionRejected' }),
    );
  });
});

describe('the editors of FLUX.2', () => {
  const references = ['https://files.test/a.jpg', 'https://files.test/b.jpg'];
  const shared = {
    prompt: 'a close-up of lkbdf woman',
    seed: 42,
    num_images: 1,
    image_size: { width: 1328, height: 752 },
    num_inference_steps: 28,
    guidance_scale: 2.5,
    enable_safety_checker: true,
    output_format: 'png',
  };

  it('are sent the references in their order; the LoRAs to the one that takes them', () => {
    const loras = [{ path: 'https://files.test/lora', scale: 0.8 }];
    expect(flux2LoraEdit.body({ ...SPEC, references })).toEqual({ ...shared, image_urls: references, loras });
    expect(flux2Edit.body({ ...SPEC, loras: [], references })).toEqual({ ...shared, image_urls: references });
  });

  it('are sent the picture that is painted anew before the references', () => {
    expect(flux2Edit.body({ ...SPEC, picture: BASE, references }).image_urls).toEqual([BASE, ...references]);
  });

  it('tell nothing of the megapixel: their bill counts what they were given', () => {
    expect(flux2Edit.drawn(flux2Edit.body({ ...SPEC, references }))).toBeUndefined();
    expect(flux2LoraEdit.drawn(flux2LoraEdit.body(SPEC))).toBeUndefined();
  });
});

describe('a model of stills', () => {
  const models = [fluxLora, fluxLoraInpainting, flux2Edit, flux2LoraEdit];

  it.each(models.map((model) => [model.profile.id, model] as const))(
    '%s names its picture and its flag',
    (_, model) => {
      const answer = {
        images: [{ url: 'u', content_type: 'image/png' }],
        seed: 1,
        prompt: '',
        has_nsfw_concepts: [true],
      };
      expect(model.picture(answer)).toEqual({ address: 'u', flagged: true });
      expect(() => model.picture({ images: [] })).toThrow(expect.objectContaining({ code: 'ProviderFailed' }));
    },
  );
});

describe('the models', () => {
  const models = createModels(FAL_MODELS);

  test('that identities have by default belong together, and train as many steps as are asked by default', () => {
    const { trainer } = models.pair(DEFAULT_SETTINGS);
    expect(trainer.profile.limits.steps.default).toBe(DEFAULT_SETTINGS.trainingSteps);
    expect(trainer.profile.deadlineMs).toBe(DEFAULT_SETTINGS.trainingDeadlineMs);
  });

  test('of one profile id are a mistake that is told at once', () => {
    expect(() => createModels([fluxLora, fluxLora])).toThrow(/new version/);
  });

  test('that are not known may be those of another version of the code', () => {
    expect(() => models.trainer('fal/gone@1')).toThrow(expect.objectContaining({ code: 'Unexpected' }));
  });

  test('of two families, or of the wrong kind, are no pair', () => {
    const other = { ...fluxLora, profile: { ...fluxLora.profile, id: 'fal/flux-2-lora@1', family: 'flux2' } };
    const more = createModels([...FAL_MODELS, other]);
    const trainer = fluxLoraFastTraining.profile.id;
    const refused = expect.objectContaining({ code: 'Internal' });
    expect(() => more.pair({ trainer, generator: other.profile.id })).toThrow(refused);
    expect(() => more.pair({ trainer, generator: trainer })).toThrow(refused);
    expect(() => more.pair({ trainer: fluxLora.profile.id, generator: fluxLora.profile.id })).toThrow(refused);
  });
});
