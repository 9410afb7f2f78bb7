// The loop of a still as a table: what is paid for after each check, and when it ends.

import { describe, expect, it } from 'vitest';
import type { CheckedPass } from '../../../../domain/stills/best-picture.ts';
import { nextPass, picturesOf, repairsOf } from '../../../../domain/stills/next-pass.ts';
import { drawPrice, repaintPrice, stillPrice } from '../../../../domain/stills/price.ts';
import { routeModels } from '../../../../domain/stills/routes.ts';
import type { StillPlan } from '../../../../domain/stills/steps.ts';
import {
  FINDING_CODES,
  type Finding,
  type FindingCode,
  type Pass,
  ROUTE_IDS,
} from '../../../../domain/stills/still.ts';
import { box, checkOf, face, planOf } from '../../../support/stills.ts';
import { profileOf } from './profiles.ts';

const only = (code: FindingCode, rest: Partial<Finding> = {}): Finding[] => [{ code, ...rest }];

/** What the loop says after these passes. */
function nextOf(plan: StillPlan, ...history: CheckedPass[]) {
  return nextPass(plan, history);
}

const drawn = (number: number, check: CheckedPass['check'], repair = number > 1): CheckedPass => ({
  pass: { kind: 'draw', seed: 1 },
  repair,
  made: { number, pictureId: `picture-${number}` },
  check,
});
const repainted = (number: number, base: number, check: CheckedPass['check'], repair = true): CheckedPass => ({
  pass: { kind: 'repaint', base, faces: [{ member: 0, box: box(0) }] },
  repair,
  made: { number, pictureId: `picture-${number}` },
  check,
});

const right = [face(0, 'recognised', 0, 95), face(1, 'recognised', 1, 90)];

/** A scene of two, in which only the first has its own face. */
const scene = checkOf(
  [face(0, 'recognised', 0, 95), face(1, 'stranger')],
  [...only('missing_character', { member: 1 }), ...only('extra_person', { face: 1 })],
);

describe('a still of one person', () => {
  const plan = planOf({ people: 1 });

  it('is drawn with its own seed, which is no repair', () => {
    expect(nextOf(plan)).toEqual({ kind: 'pass', pass: { kind: 'draw', seed: 42 }, picture: 1, repair: false });
  });

  it('has passed when the check finds nothing wrong', () => {
    expect(nextOf(plan, drawn(1, checkOf([face(0, 'recognised', 0, 95)])))).toEqual({
      kind: 'end',
      state: 'passed',
      best: 1,
    });
  });

  const another = { kind: 'pass', pass: { kind: 'draw', seed: 42 + 1_000_003 }, picture: 2, repair: true };
  const again = {
    kind: 'pass',
    pass: { kind: 'repaint', base: 1, faces: [{ member: 0, box: box(0) }] },
    picture: 2,
    repair: true,
  };
  const flagged = { kind: 'end', state: 'flagged', best: 1 };
  const answers: Record<FindingCode, object> = {
    missing_character: another,
    extra_person: another,
    duplicate_character: another,
    off_screen_person: another,
    provider_flagged: another,
    swapped: again,
    low_likeness: again,
    blended: again,
    face_unverifiable: flagged,
  };
  it.each(FINDING_CODES)('with %s', (code) => {
    const check = checkOf([face(0, 'open')], only(code, { member: 0, face: 0 }));
    expect(nextOf(plan, drawn(1, check))).toEqual(answers[code]);
  });

  it('is drawn again when a face has to be repainted and another has to go', () => {
    const findings = [...only('low_likeness', { member: 0, face: 0 }), ...only('extra_person', { face: 1 })];
    expect(nextOf(plan, drawn(1, checkOf([face(0, 'open'), face(1, 'stranger')], findings)))).toEqual(another);
  });

  it('is never passed in silence where the provider flagged it and the check does not say so', () => {
    const flaggedBy = drawn(1, checkOf([face(0, 'recognised', 0, 95)]));
    flaggedBy.made.flagged = true;
    expect(nextOf(plan, flaggedBy)).toEqual(another);
    expect(nextOf({ ...plan, maxRepairs: 0 }, flaggedBy)).toEqual(flagged);
  });

  it('keeps the seeds of its redraws within 32 bits, each another', () => {
    const check = checkOf([], only('missing_character', { member: 0 }));
    const late = { ...plan, seed: 2 ** 32 - 1 };
    const [second, third] = [nextOf(late, drawn(1, check)), nextOf(late, drawn(1, check), drawn(2, check))];
    expect(second).toMatchObject({ pass: { seed: 1_000_002 } });
    expect(third).toMatchObject({ pass: { seed: 2_000_005 }, picture: 3 });
  });

  it('ends flagged with the best picture when its repairs are used up', () => {
    const weak = (score: number) => checkOf([face(0, 'open', 0, score)], only('low_likeness', { member: 0, face: 0 }));
    const history = [drawn(1, weak(50)), repainted(2, 1, weak(70)), repainted(3, 2, weak(60))];
    expect(nextOf(plan, ...history)).toEqual({ kind: 'end', state: 'flagged', best: 2 });
    expect(repairsOf(plan, history)).toBe(2);
  });

  it('repairs the best picture, not the last', () => {
    const weak = (score: number) => checkOf([face(0, 'open', 0, score)], only('low_likeness', { member: 0, face: 0 }));
    const next = nextOf(plan, drawn(1, weak(70)), repainted(2, 1, weak(50)));
    expect(next).toMatchObject({ pass: { kind: 'repaint', base: 1 }, picture: 3 });
  });
});

describe('the scene of several, drawn with the LoRA of the first', () => {
  const plan = planOf({ people: 2 });
  const second = { kind: 'repaint', base: 1, faces: [{ member: 1, box: box(1) }] };

  it('gets the faces of the others, which is no repair', () => {
    expect(nextOf(plan, drawn(1, scene))).toEqual({ kind: 'pass', pass: second, picture: 2, repair: false });
  });

  it('has passed after that when everybody is found', () => {
    const history = [drawn(1, scene), repainted(2, 1, checkOf(right), false)];
    expect(nextOf(plan, ...history)).toEqual({ kind: 'end', state: 'passed', best: 2 });
    expect(repairsOf(plan, history)).toBe(0);
  });

  it.each([
    ['too few people', [face(0, 'recognised', 0, 95)]],
    ['too many people', [face(0, 'recognised', 0, 95), face(1, 'stranger'), face(2, 'unverifiable')]],
  ])('with %s is drawn again at once', (_, faces) => {
    const check = checkOf(faces, only('missing_character', { member: 1 }));
    expect(nextOf(plan, drawn(1, check))).toMatchObject({ pass: { kind: 'draw' }, picture: 2, repair: true });
  });

  it('does not count people in the background', () => {
    const check = { ...scene, faces: [...scene.faces, face(2, 'background')] };
    expect(nextOf(plan, drawn(1, check))).toMatchObject({ pass: second });
  });

  it('that the provider flagged is drawn again, and ends flagged without a repair', () => {
    const black = drawn(1, scene);
    black.made.flagged = true;
    expect(nextOf(plan, black)).toMatchObject({ pass: { kind: 'draw' }, repair: true });
    expect(nextOf({ ...plan, maxRepairs: 0 }, black)).toEqual({ kind: 'end', state: 'flagged', best: 1 });
  });

  it('with a wrong number and no repair left gets the faces that there are, and one where a place is', () => {
    const placed = planOf({ people: 2, places: [0, 1], maxRepairs: 0 });
    const check = checkOf([face(0, 'recognised', 0, 95)], only('missing_character', { member: 1 }));
    const next = nextOf(placed, drawn(1, check));
    expect(next).toMatchObject({ pass: { kind: 'repaint', faces: [{ member: 1 }] }, repair: false });
    // In the right half, as high and as large as the face that is there.
    expect(next).toMatchObject({ pass: { faces: [{ box: { x: 768 - 50, y: box(0).y, width: 100, height: 100 } }] } });
    expect(nextOf({ ...placed, cast: planOf({ people: 2 }).cast }, drawn(1, check))).toMatchObject({ kind: 'end' });
  });

  it('that is drawn again gets its faces too, and its pictures are numbered on', () => {
    const empty = checkOf([], only('missing_character', { member: 0 }));
    const next = nextOf(plan, drawn(1, empty), drawn(2, scene));
    expect(next).toEqual({ kind: 'pass', pass: { ...second, base: 2 }, picture: 3, repair: false });
  });

  it('is kept only where nothing is finished', () => {
    const weak = checkOf(
      [face(0, 'open', 0, 40), face(1, 'open', 1, 40)],
      [...only('swapped', { member: 0 }), ...only('swapped', { member: 1 })],
    );
    const almost = checkOf([face(0, 'recognised', 0, 99)], only('face_unverifiable', { member: 1 }));
    const once = { ...plan, maxRepairs: 1 };
    const kept = { kind: 'end', state: 'flagged', best: 2 };
    expect(nextOf(once, drawn(1, scene), repainted(2, 1, weak, false), drawn(3, almost))).toEqual(kept);
  });

  it('has the members that are not human already, and no box of theirs is repainted', () => {
    const withDog: StillPlan = {
      ...planOf({ people: 3 }),
      cast: [{ hasFace: true }, { hasFace: false }, { hasFace: true }],
    };
    const check = checkOf(
      [face(0, 'recognised', 0, 95), face(1, 'stranger'), face(2, 'stranger')],
      only('missing_character', { member: 2 }),
    );
    expect(nextOf(withDog, drawn(1, check))).toMatchObject({ pass: { faces: [{ member: 2 }] } });
    const alone = { ...withDog, cast: withDog.cast.slice(0, 2) };
    const dogOnly = checkOf([face(0, 'recognised', 0, 95)], only('face_unverifiable', { member: 1 }));
    expect(nextOf(alone, drawn(1, dogOnly))).toEqual({ kind: 'end', state: 'flagged', best: 1 });
  });

  it('of one person is finished when it is drawn', () => {
    const alone = planOf({ people: 1, route: 'lora+inpaint' });
    const check = checkOf([face(0, 'open')], only('low_likeness', { member: 0, face: 0 }));
    expect(nextOf(alone, drawn(1, check))).toMatchObject({ pass: { kind: 'repaint' }, repair: true });
  });
});

describe('a repair of several', () => {
  const plan = planOf({ people: 2, places: [0, 1] });

  it('of a swap repaints each face as who belongs in its place, for one repair', () => {
    const swapped = checkOf(
      [face(0, 'recognised', 1, 90), face(1, 'recognised', 0, 95)],
      [...only('swapped', { member: 0, face: 1 }), ...only('swapped', { member: 1, face: 0 })],
    );
    const next = nextOf(plan, drawn(1, scene), repainted(2, 1, swapped, false));
    const faces = [
      { member: 0, box: box(0) },
      { member: 1, box: box(1) },
    ];
    expect(next).toEqual({ kind: 'pass', pass: { kind: 'repaint', base: 2, faces }, picture: 3, repair: true });
  });

  it('of one weak face leaves the others as they are', () => {
    const weak = checkOf(
      [face(0, 'recognised', 0, 95), face(1, 'open', 1, 50)],
      only('low_likeness', { member: 1, face: 1 }),
    );
    const next = nextOf(plan, drawn(1, scene), repainted(2, 1, weak, false));
    expect(next).toMatchObject({ pass: { base: 2, faces: [{ member: 1, box: box(1) }] } });
  });

  it('of a swap beside a third leaves the third where the check found it', () => {
    const three = planOf({ people: 3, places: [0, 1, 2] });
    const mixed = checkOf(
      [face(0, 'recognised', 2, 90), face(1, 'recognised', 1, 91), face(2, 'recognised', 0, 92)],
      [...only('swapped', { member: 0, face: 2 }), ...only('swapped', { member: 2, face: 0 })],
    );
    const faces = [
      { member: 0, box: box(0) },
      { member: 2, box: box(2) },
    ];
    expect(nextOf(three, drawn(1, scene), repainted(2, 1, mixed, false))).toMatchObject({ pass: { faces } });
  });

  it('of a member that has no place and no face draws the scene again', () => {
    const weak = checkOf([face(0, 'recognised', 0, 95)], only('low_likeness', { member: 1 }));
    const next = nextOf(planOf({ people: 2 }), drawn(1, scene), repainted(2, 1, weak, false));
    expect(next).toMatchObject({ pass: { kind: 'draw' }, repair: true });
  });
});

describe('when a person asks again', () => {
  const weak = checkOf([face(0, 'open', 0, 50)], only('low_likeness', { member: 0, face: 0 }));
  const best = { picture: 2, check: weak };
  const asked = (kind: 'repair' | 'redraw', rest: Partial<StillPlan['again']> = {}): StillPlan =>
    planOf({ people: 1, again: { kind, best, number: 4, repairs: 2, ...rest } });

  it('for a repair, the best picture gets exactly one more', () => {
    const plan = asked('repair');
    expect(nextOf(plan)).toMatchObject({ pass: { kind: 'repaint', base: 2 }, picture: 4, repair: true });
    const once = [repainted(4, 2, weak)];
    expect(nextOf(plan, ...once)).toEqual({ kind: 'end', state: 'flagged', best: 4 });
    expect(repairsOf(plan, once)).toBe(3);
  });

  it('for a repair that makes it worse, the picture of before is kept', () => {
    const worse = checkOf([], only('missing_character', { member: 0 }));
    expect(nextOf(asked('repair'), repainted(4, 2, worse))).toEqual({ kind: 'end', state: 'flagged', best: 2 });
  });

  it('for a repair of what the check does not see, every face of the cast is repainted', () => {
    const passed = checkOf(right);
    const plan = planOf({
      people: 2,
      again: { kind: 'repair', best: { picture: 2, check: passed }, number: 3, repairs: 0 },
    });
    expect(nextOf(plan)).toMatchObject({ pass: { base: 2, faces: [{ member: 0 }, { member: 1 }] }, picture: 3 });
  });

  it('for a repair of who is missing, the scene is drawn with a seed that was not used', () => {
    const missing = checkOf([], only('missing_character', { member: 0 }));
    const next = nextOf(asked('repair', { best: { picture: 2, check: missing } }));
    expect(next).toMatchObject({ pass: { kind: 'draw', seed: 42 + 3 * 1_000_003 }, picture: 4 });
  });

  it('for a redraw, the new picture is kept unless it has more findings', () => {
    const plan = asked('redraw', { best: { picture: 2, check: checkOf([face(0, 'recognised', 0, 99)]) } });
    expect(nextOf(plan)).toMatchObject({ pass: { kind: 'draw', seed: 42 + 3 * 1_000_003 }, picture: 4, repair: true });
    const good = drawn(4, checkOf([face(0, 'recognised', 0, 90)]));
    expect(nextOf(plan, good)).toEqual({ kind: 'end', state: 'passed', best: 4 });
    expect(nextOf(plan, drawn(4, weak))).toEqual({ kind: 'end', state: 'passed', best: 2 });
  });

  it('for a redraw of several, the scene gets its faces, and nothing more', () => {
    const plan = planOf({ people: 2, again: { kind: 'redraw', best, number: 4, repairs: 2 } });
    const wrong = checkOf([face(0, 'stranger'), face(1, 'stranger'), face(2, 'stranger')], only('extra_person'));
    const next = nextOf(plan, drawn(4, wrong));
    expect(next).toMatchObject({ pass: { kind: 'repaint', base: 4 }, picture: 5, repair: false });
    expect(nextOf(plan, drawn(4, wrong), repainted(5, 4, wrong, false))).toMatchObject({ kind: 'end' });
  });

  it('of a still without a picture, it is drawn', () => {
    const plan = planOf({ people: 1, again: { kind: 'repair', number: 2, repairs: 0 } });
    expect(nextOf(plan)).toMatchObject({ pass: { kind: 'draw', seed: 42 + 1_000_003 }, picture: 2, repair: true });
  });
});

describe('the bounds', () => {
  /** A small generator of checks: the same for the same seed (numerical recipes' constants). */
  const dice = (seed: number) => {
    let state = seed;
    return (sides: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * sides);
    };
  };
  const STATES = ['recognised', 'open', 'stranger', 'off_screen', 'unverifiable', 'background'] as const;

  it('hold for whatever is found: repairs, pictures, and faces that are of the cast', () => {
    const ways = new Set<string>();
    for (let seed = 1; seed <= 1000; seed++) {
      const roll = dice(seed);
      const people = 1 + roll(4);
      const plan = planOf({
        people,
        route: ROUTE_IDS[roll(ROUTE_IDS.length)] ?? 'lora',
        maxRepairs: roll(4),
        ...(roll(2) === 0 ? { places: Array.from({ length: people }, (_, i) => i) } : {}),
      });
      const history: CheckedPass[] = [];
      const numbers: number[] = [];
      const priced = {
        ...plan,
        models: routeModels(plan.route, profileOf),
        references: 0,
        megapixel: 1_000_000 as const,
      };
      let cost = 0;
      let next = nextPass(plan, history);
      while (next.kind === 'pass') {
        const { pass, picture, repair } = next;
        numbers.push(...picturesOf(pass, picture));
        cost += pass.kind === 'draw' ? drawPrice(priced) : pass.faces.length * repaintPrice(priced);
        expect(isWithin(pass, people)).toBe(true);
        const faces = Array.from({ length: roll(people + 2) }, (_, i) =>
          face(i, STATES[roll(STATES.length)] ?? 'open', roll(people), roll(100)),
        );
        const findings = Array.from({ length: roll(4) }, () => ({
          code: FINDING_CODES[roll(FINDING_CODES.length)] ?? 'blended',
          ...(roll(3) > 0 && { member: roll(people) }),
          ...(faces.length > 0 && roll(3) > 0 && { face: roll(faces.length) }),
        }));
        const made = { number: numbers.at(-1) ?? 0, pictureId: 'picture' };
        history.push({ pass, repair, made, check: checkOf(faces, findings) });
        next = nextPass(plan, history);
      }
      ways.add(next.state);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      expect(repairsOf(plan, history)).toBeLessThanOrEqual(plan.maxRepairs);
      expect(cost).toBeLessThanOrEqual(stillPrice(priced, plan.maxRepairs).highest);
      const kept = next.best;
      const best = history.find(({ made }) => made.number === kept);
      expect(next.state === 'passed').toBe(best?.check.findings.length === 0);
    }
    expect([...ways].sort()).toEqual(['flagged', 'passed']);
  });

  function isWithin(pass: Pass, people: number): boolean {
    if (pass.kind === 'draw') return true;
    const members = pass.faces.map(({ member }) => member);
    const inPicture = pass.faces.every(
      ({ box: { x, y, width, height } }) =>
        x >= 0 && y >= 0 && width >= 1 && height >= 1 && x + width <= 1024 && y + height <= 1024,
    );
    return inPicture && new Set(members).size === members.length && members.every((member) => member < people);
  }
});
