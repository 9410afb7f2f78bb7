// Which face of a picture is compared with whom, unless the reader chooses. Pure, so that it is tested without a page.

import type { Still, StillPicture } from '../../client/index.ts';

export interface FaceChoice {
  /** The index of the face; undefined: none was found. */
  face: number | undefined;
  /** The index of the member of the cast whose photos lie beside it. */
  member: number;
}

/** The first face with a finding, else the first that is recognised, else the first of all. */
export function firstChoice({ check }: Pick<StillPicture, 'check'>, { cast }: Pick<Still, 'cast'>): FaceChoice {
  const faces = check?.faces ?? [];
  const found = check?.findings.find(({ face }) => face !== undefined)?.face;
  const recognised = faces.findIndex(({ state }) => state === 'recognised');
  const face = found ?? (recognised >= 0 ? recognised : faces.length > 0 ? 0 : undefined);
  return withFace({ check }, { cast }, face);
}

/** This face with whoever it is taken for, or whom a finding takes it for. */
export function withFace(
  { check }: Pick<StillPicture, 'check'>,
  { cast }: Pick<Still, 'cast'>,
  face: number | undefined,
): FaceChoice {
  const known = face === undefined ? undefined : check?.faces[face]?.member;
  const meant = check?.findings.find((finding) => finding.face === face)?.member;
  const missing = check?.findings.find(({ member }) => member !== undefined)?.member;
  const member = known ?? meant ?? missing ?? 0;
  return { face, member: member < cast.length ? member : 0 };
}
