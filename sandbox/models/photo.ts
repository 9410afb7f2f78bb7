// A photo as the drawing takes it.
import sharp from 'sharp';

const PHOTO_MAX_PX = 768;
const PHOTO_QUALITY = 90;
/** A photo of a phone has up to 50 megapixels; more is a bomb. */
const MAX_PIXELS = 100_000_000;

/** JPEG, upright, at most PHOTO_MAX_PX on its long side. Rejects for what is no image. */
export function uprightPhoto(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes, { limitInputPixels: MAX_PIXELS })
    .autoOrient()
    .resize({ width: PHOTO_MAX_PX, height: PHOTO_MAX_PX, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .jpeg({ quality: PHOTO_QUALITY })
    .toBuffer();
}
