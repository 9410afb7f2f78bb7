// The photo that stands for a character.

import { usePhotos } from '../state/use-photos.ts';
import type { PictureSource } from '../state/use-picture.ts';

/** The first that can be used; undefined while it is not known, and where there is none. */
export function useCharacterPhoto(characterId: string | undefined): PictureSource | undefined {
  const { photos } = usePhotos(characterId);
  const photo = photos?.find(({ verdict }) => verdict !== 'rejected') ?? photos?.[0];
  return photo && { photoId: photo.photoId };
}
