// Who was drawn against who was recognised: the sandbox's books tell whose face a picture shows where, and the check of
// the still says what it found. Pure.

import type { CheckedFace, Finding, FindingCode } from '../../domain/stills/still.ts';
import type { FaultName } from '../../sandbox/fault-registry.ts';
import type { ShownFace } from '../../sandbox/shown-faces.ts';

/** A member of the cast, as the sandbox and the API name it. */
export interface TrueMember {
  characterId: string;
  trigger: string;
  /** Its place from the left, where it has one. */
  order?: number | undefined;
}

/** A checked picture, and who is in it. */
export interface CheckedPicture {
  size: { width: number; height: number };
  check: { faces: readonly CheckedFace[]; findings: readonly Finding[] };
  /** From left to right. */
  people: readonly ShownFace[];
}

/** The faults of people, and the finding that names each. */
export const NAMES_OF_FAULTS = {
  swap: 'swapped',
  blend: 'blended',
  missing: 'missing_character',
  duplicate: 'duplicate_character',
  extra_person: 'extra_person',
  off_screen_leak: 'off_screen_person',
  wrong_age: 'low_likeness',
  repair_misses: 'missing_character',
} as const satisfies Partial<Record<FaultName, FindingCode>>;
export type PeopleFault = keyof typeof NAMES_OF_FAULTS;

/** How a face was given: to the person whom it shows, to another one, or to nobody. */
export type Given = 'right' | 'wrong' | 'open';

const isPure = ({ mixed, likeness }: ShownFace): boolean => mixed === undefined && likeness === undefined;

/** Of each person of the picture: the index of its face in the check. */
export function facesOfPeople({ size, check, people }: CheckedPicture): (number | undefined)[] {
  return people.map(({ x, y }) => {
    const at = { x: x * size.width, y: y * size.height };
    const near = check.faces
      .map(({ box }, index) => ({
        index,
        inside: at.x >= box.x && at.x <= box.x + box.width && at.y >= box.y && at.y <= box.y + box.height,
        distance: Math.hypot(at.x - box.x - box.width / 2, at.y - box.y - box.height / 2),
      }))
      .filter(({ inside }) => inside)
      .sort((a, b) => a.distance - b.distance);
    return near[0]?.index;
  });
}

/** How the face of each member was given whom the picture truly shows, and how that of everybody else. */
export function facesGiven(picture: CheckedPicture, cast: readonly TrueMember[]): { cast: Given[]; others: Given[] } {
  const given: { cast: Given[]; others: Given[] } = { cast: [], others: [] };
  facesOfPeople(picture).forEach((index, i) => {
    const person = picture.people[i];
    if (!person || !isPure(person)) return;
    const face = picture.check.faces[index ?? -1];
    const member = cast.findIndex(({ trigger }) => trigger === person.who);
    const isTaken = face?.state === 'recognised' || face?.state === 'off_screen';
    if (member < 0) given.others.push(face?.state === 'recognised' ? 'wrong' : 'right');
    else if (face?.state === 'recognised' && face.member === member) given.cast.push('right');
    else given.cast.push(isTaken ? 'wrong' : 'open');
  });
  return given;
}

/** Whether the picture shows the cast, each once, as itself and in its place, and nobody else. */
export function isAsAsked(people: readonly ShownFace[], cast: readonly TrueMember[]): boolean {
  const everybody = people.length === cast.length && people.every(isPure);
  return everybody && absent(people, cast).length === 0 && outOfPlace(people, cast).length === 0;
}

function absent(people: readonly ShownFace[], cast: readonly TrueMember[]): number[] {
  return [...cast.keys()].filter((member) => !people.some(({ who }) => who === cast[member]?.trigger));
}

/** The members that stand in the place of another one. */
function outOfPlace(people: readonly ShownFace[], cast: readonly TrueMember[]): number[] {
  const asked = cast
    .flatMap(({ order, trigger }, member) => (order === undefined ? [] : [{ order, trigger, member }]))
    .filter(({ trigger }) => people.filter(({ who }) => who === trigger).length === 1);
  const seen = people.flatMap(({ who }) => asked.find(({ trigger }) => trigger === who) ?? []);
  return asked
    .sort((a, b) => a.order - b.order)
    .flatMap(({ member }, i) => (seen[i]?.member === member ? [] : [member]));
}

/** What the check has to say of this fault; empty where the picture does not show it, or does not show it any more. */
export function expectedOf(fault: PeopleFault, picture: CheckedPicture, cast: readonly TrueMember[]): Finding[] {
  const { people } = picture;
  const faces = facesOfPeople(picture);
  const code = NAMES_OF_FAULTS[fault];
  const about = (wanted: (person: ShownFace) => boolean): Finding[] =>
    people.flatMap((person, i) => {
      const face = faces[i];
      return wanted(person) ? [{ code, ...(face === undefined ? {} : { face }) }] : [];
    });
  const isCast = (trigger: string | undefined) => cast.some((member) => member.trigger === trigger);
  switch (fault) {
    case 'swap':
      return outOfPlace(people, cast).map((member) => ({ code, member }));
    case 'blend':
      return about(({ mixed }) => mixed !== undefined);
    case 'wrong_age':
      return about(({ likeness }) => likeness !== undefined);
    case 'extra_person':
      return about(({ who }) => who === undefined);
    case 'off_screen_leak':
      return about(({ who }) => who !== undefined && !isCast(who));
    case 'missing':
    case 'repair_misses':
      return absent(people, cast).map((member) => ({ code, member }));
    case 'duplicate':
      return [...cast.keys()]
        .filter((member) => people.filter(({ who }) => who === cast[member]?.trigger).length > 1)
        .map((member) => ({ code, member }));
  }
}

/** Whether the check says all of this. */
export function isSaid(expected: readonly Finding[], { findings }: CheckedPicture['check']): boolean {
  return expected.every(({ code, member, face }) =>
    findings.some(
      (finding) =>
        finding.code === code &&
        (member === undefined || finding.member === member) &&
        (face === undefined || finding.face === face),
    ),
  );
}
