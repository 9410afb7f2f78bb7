// Reads the faces of a still's picture, gives them to its cast, and keeps what was found. Only numbers leave it.

import { Failure } from '../../domain/failure.ts';
import { type Reference, referenceModel } from '../../domain/reference-model.ts';
import { checkFrame, type FrameMember, flaggedFrame } from '../../domain/stills/check-frame.ts';
import type { StillRef, StillVisionSteps } from '../../domain/stills/steps.ts';
import type { CastMember, FrameCheck } from '../../domain/stills/still.ts';
import { DEFAULT_SUBJECT } from '../../domain/subject.ts';
import { referenceIds } from '../identities/references.ts';
import type { Attempt, Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import type { StillPicture, Stills } from '../ports/stills.ts';
import type { FrameVision, Vision } from '../ports/vision.ts';
import { createReferenceReadings, type ReferenceReadings } from './reference-readings.ts';
import { showState } from './show-state.ts';

type World = Pick<Ports, 'identities' | 'photos' | 'files'> & {
  stills: Pick<Stills, 'find' | 'cast' | 'saveCheck' | 'saveState'>;
  vision: Pick<Vision, 'read'> & FrameVision;
};

export function checkStill(ports: World): Work<StillVisionSteps['checkStill']> {
  const references = createReferenceReadings(ports);
  return async (input, attempt) => {
    const { tenantId, stillId, picture: number } = input;
    const still = await ports.stills.find(tenantId, stillId);
    const picture = still?.pictures.find((made) => made.number === number);
    if (!still || !picture) throw new Failure('NotFound', `Picture ${number} of the still does not exist.`);
    await showState(ports, still, 'checking');
    const check = await checkOf(ports, references, { ref: input, cast: still.manifest.cast, picture }, attempt);
    await ports.stills.saveCheck(tenantId, stillId, number, check);
    return check;
  };
}

async function checkOf(
  ports: World,
  references: ReferenceReadings,
  { ref, cast, picture }: { ref: StillRef; cast: readonly CastMember[]; picture: StillPicture },
  attempt: Attempt,
): Promise<FrameCheck> {
  if (picture.flagged) return flaggedFrame(picture.size);
  const frame = await ports.vision.readFrame(await ports.files.get(picture.object), attempt.signal);
  if (!frame.readable) throw new Failure('Internal', `The stored picture cannot be read: ${frame.problem}. Report it.`);
  attempt.beat({ faces: frame.faces.length });

  const readReferencesOf = async (identityId: string): Promise<Reference[]> => {
    const identity = await ports.identities.find(ref.tenantId, identityId);
    // The references of a robot or of a dog are no faces to compare with.
    if (!identity || (identity.subject ?? DEFAULT_SUBJECT).kind !== 'human') return [];
    return references.of({ tenantId: ref.tenantId, identityId }, referenceIds(identity), attempt);
  };
  const members: FrameMember[] = [];
  for (const { identityId, subject = DEFAULT_SUBJECT, place } of cast)
    members.push({ kind: subject.kind, model: referenceModel(await readReferencesOf(identityId)), place });
  /** By character: two frames of a batch may have two versions of one. */
  const others = new Map<string, Reference[]>();
  for (const { characterId, identityId } of await ports.stills.cast(ref.tenantId, ref.batchId)) {
    if (cast.some((member) => member.characterId === characterId)) continue;
    others.set(characterId, [...(others.get(characterId) ?? []), ...(await readReferencesOf(identityId))]);
  }
  const offScreen = [...others].map(([characterId, all]) => ({ characterId, model: referenceModel(all) }));
  return checkFrame({ frame, cast: members, offScreen });
}
