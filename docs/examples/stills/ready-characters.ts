// The characters that can be drawn, by their names.

import type { Character, LikenessClient } from '../../../client/index.ts';

export async function readyCharacters(likeness: LikenessClient): Promise<Map<string, Character>> {
  const ready = new Map<string, Character>();
  for (let cursor: string | undefined; ; ) {
    const page = await likeness.characters.list(cursor === undefined ? {} : { cursor });
    for (const character of page.items) {
      if (character.identity.status === 'ready') ready.set(character.name, character);
    }
    cursor = page.nextCursor;
    if (cursor === undefined) return ready;
  }
}
