// What image models do wrong with several people, on demand. A fault is asked for only where it can happen, so that the
// books tell which picture has it.
import { type Prng, prngOf } from '../drawing/prng.ts';
import type { FaultName } from '../fault-registry.ts';
import type { KnownPerson } from '../people.ts';
import type { SeenPerson } from '../picture-memory.ts';
import { type Asked, EVEN_MIX, named, type Role, strangersFor } from './choose-cast.ts';

/** How like the photos a face of another age still is, 0 to 1. */
const OTHER_AGE_LIKENESS = 0.3;

/** The cast as it is drawn: `cast` itself, unless a fault strikes. */
export async function spoiledCast(cast: Role[], asked: Asked): Promise<Role[]> {
  const roles = [...cast];
  const stranger = await strangersFor({ ...asked, prompt: `${asked.prompt}\nsomebody else` });
  const missing = await struckRole('missing', roles, asked);
  if (missing) roles.splice(roles.indexOf(missing), 1);
  const swapped = roles.length > 1 && (await struckRole('swap', roles, asked));
  if (swapped) {
    const from = roles.indexOf(swapped);
    const to = (from + 1 + chance('swap with', asked).below(roles.length - 1)) % roles.length;
    [roles[from], roles[to]] = [roles[to] ?? swapped, swapped];
  }
  const twin = await struckRole('duplicate', roles, asked);
  if (twin) roles.push(twin);
  const isPeopled = roles.some(({ member }) => member.photos.length > 0);
  if (isPeopled && (await asked.run.faultStrikes('extra_person'))) roles.push({ member: stranger() });
  const leaked = isPeopled && (await struckOther('off_screen_leak', asked));
  if (leaked) roles.push({ ...named(leaked.trigger), member: { photos: leaked.photos, strength: 1 } });
  await spoilFace(roles, asked, async (role) => {
    const others = roles.filter(({ shows, member }) => shows && !isSame(member.photos, role.member.photos));
    const other = others[chance('blend with', asked).below(others.length)];
    return other ? { ...named(other.shows?.trigger), photos: other.member.photos } : stranger();
  });
  return roles;
}

/**
 * The face that an inpainting paints, which is mixed with one of those whom the picture shows already. Undefined when it
 * leaves the face as it is.
 */
export async function spoiledFace(face: Role, shown: SeenPerson[], asked: Asked): Promise<Role | undefined> {
  const stranger = await strangersFor({ ...asked, prompt: `${asked.prompt}\nsomebody else` });
  if (await struckRole('repair_misses', [face], asked)) {
    return chance('repair_misses', asked).next() < 0.5 ? undefined : { member: stranger() };
  }
  const roles = [face];
  await spoilFace(roles, asked, async () => {
    const others = shown.filter(({ shows, photos }) => shows && !isSame(photos, face.member.photos));
    const other = others[chance('blend with', asked).below(others.length)];
    return other ? { ...named(other.face.who), photos: other.photos } : stranger();
  });
  return roles[0];
}

interface Mixed {
  photos: Buffer[];
  who?: string;
}

/** Changes one of `roles` to be mixed with somebody, or of another age. */
async function spoilFace(roles: Role[], asked: Asked, mixedWith: (role: Role) => Promise<Mixed>): Promise<void> {
  const replace = (role: Role, member: Role['member']) => roles.splice(roles.indexOf(role), 1, { ...role, member });
  const blended = await struckRole('blend', roles, asked);
  if (blended) {
    const { photos, who } = await mixedWith(blended);
    replace(blended, { ...blended.member, mix: { ...named(who), photos, share: EVEN_MIX } });
  }
  const aged = await struckRole('wrong_age', roles, asked);
  if (aged) replace(aged, { ...aged.member, likeness: OTHER_AGE_LIKENESS });
}

/** The person of a LoRA or picture whom the fault strikes, if there is one and it does. */
async function struckRole(fault: FaultName, roles: Role[], asked: Asked): Promise<Role | undefined> {
  const known = roles.filter(({ shows }) => shows);
  const triggers = known.flatMap(({ shows }) => shows?.trigger ?? []);
  if (known.length === 0 || !(await asked.run.faultStrikes(fault, triggers))) return undefined;
  const about = asked.run.faultIsAbout(fault);
  return (
    known.find(({ shows }) => about !== undefined && shows?.trigger === about) ?? anyOf(known, chance(fault, asked))
  );
}

/** Somebody whom a LoRA shows that is not in this request. */
async function struckOther(fault: FaultName, asked: Asked): Promise<KnownPerson | undefined> {
  const others = asked.run.people.others(asked.loras);
  const triggers = others.flatMap(({ trigger }) => trigger ?? []);
  if (others.length === 0 || !(await asked.run.faultStrikes(fault, triggers))) return undefined;
  const about = asked.run.faultIsAbout(fault);
  return others.find(({ trigger }) => about !== undefined && trigger === about) ?? anyOf(others, chance(fault, asked));
}

/** Photos of one person: equal ones, though fetched anew. */
const isSame = (a: Buffer[], b: Buffer[]): boolean => b[0] !== undefined && a[0]?.equals(b[0]) === true;

const chance = (what: string, { prompt, seed }: Asked): Prng => prngOf(what, prompt, seed);

const anyOf = <T>(list: T[], prng: Prng): T | undefined => list[prng.below(list.length)];
