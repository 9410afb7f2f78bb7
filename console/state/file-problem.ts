// What can be said of a file without sending it: what the API would answer is said at once.

import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { texts } from '../texts.ts';

export const PHOTO_TYPES: Record<string, string[]> = {
  'image/jpeg': ['.jpg', '.jpeg'],
  'image/png': ['.png'],
  'image/webp': ['.webp'],
};

/** A sentence, or undefined when the file has to be looked into. The type is what the name says, so it may still be wrong. */
export function fileProblem({ type, size }: Pick<File, 'type' | 'size'>): string | undefined {
  if (!(type in PHOTO_TYPES)) return `${texts.modal.badFormat}. ${texts.modal.useFormats}`;
  return size > PHOTO_LIMITS.maxBytes ? texts.modal.tooLarge : undefined;
}
