// The findings of a picture as sentences for people.

import type { Finding } from './still.ts';

/** `names`: of the cast, in the order of the manifest. */
export function findingText({ code, member }: Finding, names: readonly string[]): string {
  const name = (member === undefined ? undefined : names[member]) ?? 'a character';
  const Name = name.charAt(0).toUpperCase() + name.slice(1);
  switch (code) {
    case 'missing_character':
      return `${Name} is not in the picture.`;
    case 'extra_person':
      return 'The picture shows a person who is not in this frame.';
    case 'duplicate_character':
      return `${Name} is in the picture more than once.`;
    case 'swapped':
      return `${Name} stands in the place of another character.`;
    case 'blended':
      return `The face of ${name} is mixed with that of another character.`;
    case 'low_likeness':
      return `${Name} does not look enough like the reference photos.`;
    case 'off_screen_person':
      return 'The picture shows a character who does not belong in this frame.';
    case 'face_unverifiable':
      return `The face of ${name} cannot be compared. Look at the picture, and accept it if it is right.`;
    case 'provider_flagged':
      return "The provider's content checker flagged the picture.";
  }
}
