// Generated pictures, whatever they were made for: test images, and pictures of stills.

import type { ObjectRef } from '../../domain/keys.ts';
import type { TestType } from '../../domain/test-suite.ts';
import type { Page, PageRequest } from './page.ts';

/** What a picture was made for. `number` counts the stills of the batch. */
export type PictureSource =
  | { kind: 'test'; identityId: string; type: TestType }
  | { kind: 'still'; batchId: string; stillId: string; number: number };

export interface CharacterPicture {
  id: string;
  source: PictureSource;
  createdAt: string;
}

/** Every method is bound to a tenant: what belongs to another one does not exist. */
export interface Pictures {
  /** The files of those that there are. */
  files(tenantId: string, pictureIds: readonly string[]): Promise<Map<string, ObjectRef>>;
  /** Those that show a character, newest first: its test images, and the picture that is kept of each of its stills. */
  ofCharacter(tenantId: string, characterId: string, page: PageRequest): Promise<Page<CharacterPicture>>;
}
