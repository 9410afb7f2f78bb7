import { describe, expect, it } from 'vitest';
import { loraLikeness } from '../../../sandbox/models/lora-likeness.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../sandbox/settings.ts';

const lora = { photos: [], trigger: 'lka', called: true, scale: 0.8 };

function drawn(likeness: Settings['likeness'], count: number): (number | undefined)[] {
  const settings = { ...DEFAULT_SETTINGS, likeness };
  return Array.from({ length: count }, (_, seed) => loraLikeness(lora, { prompt: 'lka man', seed }, settings));
}

describe('how like its person a LoRA is drawn', () => {
  it('is as like as can be, unless a setting says otherwise', () => {
    expect(drawn({}, 1)).toEqual([undefined]);
  });

  it('has the mean and the spread of the setting, and is the same for the same seed', () => {
    const setting = { 'fal-ai/flux-lora-fast-training': { mean: 0.6, spread: 0.1 } };
    const all = drawn(setting, 2_000).map(Number);
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    const spread = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length);
    expect(mean).toBeCloseTo(0.6, 2);
    expect(spread).toBeCloseTo(0.1, 2);
    expect(drawn(setting, 5)).toEqual(all.slice(0, 5));
  });

  it('stays between nothing and everything', () => {
    const all = drawn({ 'fal-ai/flux-lora-fast-training': { mean: 0.5, spread: 1 } }, 200).map(Number);
    expect([Math.min(...all), Math.max(...all)]).toEqual([0, 1]);
  });
});
