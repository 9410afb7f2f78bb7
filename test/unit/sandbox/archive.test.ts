import { strToU8, zipSync } from 'fflate';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../sandbox/model-error.ts';
import { readArchive } from '../../../sandbox/models/archive.ts';
import { learnedTrigger } from '../../../sandbox/models/trigger.ts';

const photo = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#c09070' } })
  .jpeg()
  .toBuffer();

const zip = (files: Record<string, Uint8Array>) => Buffer.from(zipSync(files));

async function refusal(bytes: Buffer, minimum: number): Promise<{ status: number; type?: string; ctx?: unknown }> {
  try {
    await readArchive(bytes, minimum);
    return { status: 200 };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { status: error.status, type: error.detail[0]?.type ?? '', ctx: error.detail[0]?.ctx };
  }
}

describe('a training archive', () => {
  it('gives its photos by name, with their captions, and leaves masks and strangers out', async () => {
    const photos = await readArchive(
      zip({
        'b.jpg': photo,
        'b.txt': strToU8(' photo of tok \n'),
        'a.jpg': photo,
        'a_mask.jpg': photo,
        'readme.md': strToU8('hello'),
        '__MACOSX/._a.jpg': strToU8('junk'),
      }),
      1,
    );
    expect(photos.map((p) => [p.name, p.caption])).toEqual([
      ['a.jpg', undefined],
      ['b.jpg', 'photo of tok'],
    ]);
    const stored = await sharp(photos[0]?.jpeg).metadata();
    expect([stored.format, stored.width, stored.height]).toEqual(['jpeg', 768, 512]);
  });

  it.each([
    ['bytes that are no zip', Buffer.from('hello'), 1, 'invalid_archive'],
    ['an archive cut short', zip({ 'a.jpg': photo }).subarray(0, 200), 1, 'invalid_archive'],
    ['an empty archive', zip({}), 1, 'archive_file_count_below_minimum'],
    ['only a mask', zip({ 'a_mask.png': photo }), 1, 'archive_file_count_below_minimum'],
    ['fewer photos than asked for', zip({ 'a.jpg': photo, 'b.jpg': photo }), 3, 'archive_file_count_below_minimum'],
    ['a broken photo', zip({ 'a.jpg': photo.subarray(0, 300) }), 1, 'image_load_error'],
    ['a text named as a photo', zip({ 'a.png': strToU8('not a picture') }), 1, 'image_load_error'],
  ])('is refused with 422 for %s', async (_, bytes, minimum, type) => {
    expect(await refusal(bytes, minimum)).toMatchObject({ status: 422, type });
  });

  it('is told how many photos it held and how many are needed', async () => {
    expect((await refusal(zip({ 'a.jpg': photo }), 4)).ctx).toMatchObject({ min_count: 4, provided_count: 1 });
  });
});

describe('the word that calls the trained person', () => {
  it.each([
    ['without captions is the trigger word', [undefined, undefined], 'TOK', 'tok'],
    ['is nothing when nothing names one', [undefined], undefined, undefined],
    ['is the trigger word when every caption holds it', ['photo of ohwx', 'ohwx smiling'], 'ohwx', 'ohwx'],
    ['is what captions share when the trigger word is not in them', ['a photo of lkn7 man', 'lkn7 man'], 'TOK', 'lkn7'],
    ['is nothing when captions share only ordinary words', ['a photo of a man', 'photo of a man'], 'TOK', undefined],
  ])('%s', (_, captions, triggerWord, expected) => {
    expect(learnedTrigger(captions, triggerWord)).toBe(expected);
  });
});
