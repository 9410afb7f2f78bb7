// What the profiles of models tell: who belongs together, what a job costs, and what may be asked.

import { describe, expect, it, test } from 'vitest';
import { type PictureSpec, requireDrawable, requireTrainable } from '../../../domain/job-spec.ts';
import { billedPrice, isPair, picturePrice, trainingPrice } from '../../../domain/profile.ts';
import { GENERATOR, TRAINER } from '../../support/models.ts';

const FULL = { width: 1024, height: 1024 };

test('a LoRA is drawn by a generator of its family alone', () => {
  expect(isPair(TRAINER, GENERATOR)).toBe(true);
  expect(isPair(TRAINER, { ...GENERATOR, family: 'flux2' })).toBe(false);
});

describe('a price', () => {
  it('of a training is that of its steps, and of no fewer than are billed at least', () => {
    const least = { ...TRAINER, price: { unit: 'step', microUsd: 2400, least: 1000 } } as const;
    expect([500, 1000, 2500].map((steps) => trainingPrice(least, steps))).toEqual([2_400_000, 2_400_000, 6_000_000]);
    expect(trainingPrice(TRAINER, 500)).toBe(1_000_000);
  });

  it('of a picture is by its megapixels or by the image, as the profile says', () => {
    const byImage = { ...GENERATOR, price: { unit: 'image', microUsd: 39_000 } } as const;
    expect(picturePrice(byImage, { width: 2048, height: 2048 }, 1_000_000)).toBe(39_000);
    expect(picturePrice(GENERATOR, { width: 2048, height: 2048 }, 1_000_000)).toBe(175_000);
  });

  it('of a picture drawn from others counts theirs too, each rounded up by itself and none above the largest', () => {
    const given = { largest: { width: 2048, height: 2048 } };
    const editor = { ...GENERATOR, price: { unit: 'megapixel', microUsd: 10, given } } as const;
    const small = { width: 500, height: 500 };
    const huge = { width: 8000, height: 8000 };
    expect(picturePrice(editor, small, 1_000_000, [small, huge, undefined])).toBe(10 * (1 + 1 + 5 + 5));
    expect(picturePrice(GENERATOR, small, 1_000_000, [huge])).toBe(35_000);
  });

  it('of a bill is whole micro-dollars', () => {
    expect(billedPrice(GENERATOR, 1.00001)).toBe(35_000);
    expect(billedPrice(TRAINER, 0)).toBe(0);
  });
});

describe('what may be asked', () => {
  const spec: PictureSpec = { prompt: 'x', size: FULL, seed: 1, loras: [], safetyChecker: true };
  const lora = { address: 'https://files.test/lora', scale: 1 };

  it.each<[string, Partial<PictureSpec>]>([
    ['more LoRAs than it takes', { loras: Array(6).fill(lora) }],
    ['pictures to draw from', { references: ['https://files.test/a.jpg'] }],
    ['a mask', { mask: 'https://files.test/mask.png' }],
    ['a picture to paint anew', { picture: 'https://files.test/a.png' }],
    ['a picture that is too wide', { size: { width: 4096, height: 1024 } }],
    ['a picture that is too low', { size: { width: 1024, height: 32 } }],
  ])('of a generator that has no field for it is refused: %s', (_, asked) => {
    expect(() => requireDrawable({ ...spec, ...asked }, GENERATOR)).toThrow(
      expect.objectContaining({ code: 'SubmissionRejected', message: expect.stringContaining(GENERATOR.id) }),
    );
  });

  it('of an editor includes the pictures that it draws from', () => {
    const editor = {
      ...GENERATOR,
      kind: 'editor',
      limits: { ...GENERATOR.limits, references: 1, masks: true },
    } as const;
    const asked = { ...spec, references: ['https://files.test/a.jpg'], mask: 'https://files.test/mask.png' };
    expect(() => requireDrawable(asked, editor)).not.toThrow();
    expect(() => requireDrawable(spec, GENERATOR)).not.toThrow();
  });

  it('of an editor counts the picture that it paints anew among those that it draws from', () => {
    const limits = { ...GENERATOR.limits, references: 2, repaints: true };
    const asked = { ...spec, references: ['https://files.test/a.jpg'], picture: 'https://files.test/b.png' };
    expect(() => requireDrawable(asked, { ...GENERATOR, limits })).not.toThrow();
    expect(() => requireDrawable(asked, { ...GENERATOR, limits: { ...limits, references: 1 } })).toThrow(/not from 2/);
  });

  it.each([
    [99, true],
    [100, false],
    [10_000, false],
    [10_001, true],
  ])('of a trainer: %i steps, refused: %s', (steps, refused) => {
    const ask = () => requireTrainable({ steps }, TRAINER);
    if (refused) expect(ask).toThrow(expect.objectContaining({ code: 'SubmissionRejected' }));
    else expect(ask).not.toThrow();
  });
});
