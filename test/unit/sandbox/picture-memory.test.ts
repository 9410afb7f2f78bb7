import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { PictureMemory } from '../../../sandbox/picture-memory.ts';

const person = (noun: string) => ({ x: 0.5, y: 0.3, eyeDistance: 0.05, photos: [], noun, face: {} });

/** A picture of its own for each hue, with a spot of another colour. */
function picture(hue: number, spot = '#000'): Promise<Buffer> {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect width="640" height="360" fill="hsl(${hue},60%,${20 + (hue % 60)}%)"/>` +
    `<circle cx="${hue}" cy="90" r="60" fill="${spot}"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

describe('the people of a picture', () => {
  it('are known again after it was saved anew, and when one spot of it has changed', async () => {
    const memory = new PictureMemory();
    await memory.remember(await picture(100), [person('woman')]);
    await memory.remember(await picture(200), [person('man')]);
    expect(
      await memory.peopleIn(
        await sharp(await picture(100))
          .jpeg({ quality: 70 })
          .toBuffer(),
      ),
    ).toEqual([person('woman')]);
    expect(await memory.peopleIn(await picture(200, '#333'))).toEqual([person('man')]);
  });

  it('are known of every picture, also of those that were drawn at the same time', async () => {
    const memory = new PictureMemory();
    const hues = [40, 130, 220, 310];
    await Promise.all(hues.map(async (hue) => memory.remember(await picture(hue), [person(`woman ${hue}`)])));
    for (const hue of hues) expect(await memory.peopleIn(await picture(hue))).toEqual([person(`woman ${hue}`)]);
  });

  it('are those whom the newest of equal pictures has', async () => {
    const memory = new PictureMemory();
    await memory.remember(await picture(100), [person('woman')]);
    await memory.remember(await picture(100), [person('man')]);
    expect(await memory.peopleIn(await picture(100))).toEqual([person('man')]);
  });

  it('are not known of a picture that was never drawn', async () => {
    const memory = new PictureMemory();
    expect(await memory.peopleIn(await picture(100))).toEqual([]);
    await memory.remember(await picture(100), [person('woman')]);
    expect(await memory.peopleIn(await picture(330, '#fff'))).toEqual([]);
  });
});
