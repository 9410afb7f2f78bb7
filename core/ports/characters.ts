// The rows of characters.

import type { ObjectRef } from '../../domain/keys.ts';
import type { Stage } from '../../domain/stage.ts';
import type { Subject } from '../../domain/subject.ts';

export interface CharacterRow {
  id: string;
  tenantId: string;
  name: string;
  /** What its next identity is begun as. */
  subject: Subject;
  createdAt: string;
  /** The identity that production uses, with what it was begun as. */
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
  /** The newest identity of the character, whatever its stage. */
  newest: { identityId: string; stage: Stage } | undefined;
}
