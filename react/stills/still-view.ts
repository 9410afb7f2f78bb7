// What is shown of a still: which of its pictures, and what is said of its faces. Pure, so that it is tested without a
// page.

import type { Still, StillPicture } from '../../client/index.ts';
import { isStillEnd } from '../../domain/stills/still.ts';
import { scoreText } from '../review/score-text.ts';
import { texts } from '../texts.ts';

const t = texts.stills;

export type CheckedFace = NonNullable<StillPicture['check']>['faces'][number];

/** The picture that is kept; while the still is being drawn, the newest one. */
export function shownPicture({ state, best, pictures }: Still): StillPicture | undefined {
  const kept = pictures.find(({ number }) => number === best);
  return isStillEnd(state) ? kept : (pictures.at(-1) ?? kept);
}

/** The names of all characters of a batch, by their ids: one who does not belong in a frame is named too. */
export function namesOf(stills: readonly Still[]): ReadonlyMap<string, string> {
  return new Map(stills.flatMap(({ cast }) => cast.map(({ characterId, name }) => [characterId, name] as const)));
}

/** Who a face is, in a few words. */
export function faceName(face: CheckedFace, { cast }: Pick<Still, 'cast'>, names: ReadonlyMap<string, string>): string {
  const member = face.member === undefined ? undefined : cast[face.member]?.name;
  switch (face.state) {
    case 'recognised':
      return member ?? t.face.open;
    case 'open':
      return member === undefined ? t.face.open : t.maybe(member);
    case 'off_screen':
      return names.get(face.characterId ?? '') ?? t.face.stranger;
    default:
      return t.face[face.state];
  }
}

/** What is known of a face beside its name: its score, or why there is none. */
export function faceWords(face: CheckedFace): string | undefined {
  if (face.state === 'off_screen') return t.face.off_screen;
  if (face.score !== undefined) return scoreText(face.score);
  return face.reason === undefined ? undefined : t.because[face.reason];
}

export type FaceTone = 'neutral' | 'good' | 'warn' | 'bad';

/** How much a face is to be looked at. */
export function faceTone(face: CheckedFace, index: number, findings: Still['findings']): FaceTone {
  switch (face.state) {
    case 'recognised':
      return findings.some((finding) => finding.face === index) ? 'warn' : 'good';
    case 'stranger':
    case 'off_screen':
      return 'bad';
    case 'background':
      return 'neutral';
    default:
      return 'warn';
  }
}

/** What a still is called: its frame, and its variant where there are several. */
export function stillName(still: Still, all: readonly Still[]): string {
  const frame = still.frameId ?? t.frame(still.frame + 1);
  const hasVariants = all.some(({ variant }) => variant > 1);
  return hasVariants ? `${frame}, ${t.variant(still.variant).toLowerCase()}` : frame;
}
