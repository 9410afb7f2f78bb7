// The rows of characters.

import type { ObjectRef } from '../../domain/keys.ts';
import type { Stage } from '../../domain/stage.ts';
import type { Subject } from '../../domain/subject.ts';
import type { Page, PageRequest } from './page.ts';

export interface CharacterRow {
  id: string;
  tenantId: string;
  name: string;
  /** The subject of its next identity. */
  subject: Subject;
  createdAt: string;
  /** The current version, with the subject of its identity; undefined while none is current. */
  ready:
    | {
        identityId: string;
        version: number;
        lora: ObjectRef;
        loraSha256: string;
        referenceStrength: number;
        subject: Subject | undefined;
      }
    | undefined;
  /** The newest identity of the character, in any stage. */
  newest: { identityId: string; stage: Stage } | undefined;
}

/** Every method is bound to a tenant: what belongs to another one does not exist. */
export interface Characters {
  /** A person by default. */
  create(tenantId: string, name: string, subject?: Subject): Promise<CharacterRow>;
  /**
   * Sets the subject. False, and nothing is changed, while an identity of the character with another subject is open;
   * undefined when there is no such character.
   */
  setSubject(tenantId: string, characterId: string, subject: Subject): Promise<boolean | undefined>;
  list(tenantId: string, page: PageRequest): Promise<Page<CharacterRow>>;
  find(tenantId: string, characterId: string): Promise<CharacterRow | undefined>;
}
