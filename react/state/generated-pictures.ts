// Generated pictures as photos of a draft: what they are called, where they are shown from, and how they come into the
// store.

import type { CharacterPicture } from '../../client/index.ts';
import { texts } from '../texts.ts';

/** As `usePicture` asks for it. */
export function sourceOf({ pictureId, source }: CharacterPicture): { imageId: string } | { pictureId: string } {
  return source.kind === 'test' ? { imageId: pictureId } : { pictureId };
}

export function nameOf({ source }: CharacterPicture): string {
  const t = texts.modal.generated;
  return source.kind === 'test' ? t.test(texts.review.types[source.type]) : t.still(source.number);
}

/** Those that are sent as files, and those that the API takes from its own store: only these know where they come from. */
export function byWay<Photo extends { pictureId?: string }>(
  photos: readonly Photo[],
): { files: Photo[]; pictures: (Photo & { pictureId: string })[] } {
  const isPicture = (photo: Photo): photo is Photo & { pictureId: string } => photo.pictureId !== undefined;
  return { files: photos.filter((photo) => !isPicture(photo)), pictures: photos.filter(isPicture) };
}
