// A still that was stopped in the middle: what is kept, and that rows tell the same as the workflow knew.

import { describe, expect, it } from 'vitest';
import { cancelledEarly, endedEarly, type KeptPicture, progressOf } from '../../../../domain/stills/ended-early.ts';
import type { FrameCheck } from '../../../../domain/stills/still.ts';
import { checkOf, face, planOf } from '../../../support/stills.ts';

const good = checkOf([face(0, 'recognised', 0, 95)]);
const weak = (score: number) => checkOf([face(0, 'open', 0, score)], [{ code: 'low_likeness', member: 0, face: 0 }]);

const drawn = (number: number, check?: FrameCheck): KeptPicture => {
  return { number, kind: 'draw', base: undefined, flagged: false, check };
};
const repainted = (number: number, base: number, check?: FrameCheck): KeptPicture => {
  return { number, kind: 'repaint', base, flagged: false, check };
};

const alone = planOf({ people: 1 });
const again = (kind: 'repair' | 'redraw', check: FrameCheck) =>
  planOf({ people: 1, again: { kind, best: { picture: 2, check }, number: 3, repairs: 2 } });

const ended = (plan: typeof alone, ...pictures: KeptPicture[]) =>
  endedEarly(plan, progressOf(plan, pictures), 'It was terminated.');

describe('a still that was stopped', () => {
  it('without a picture has failed, with the reason', () => {
    expect(ended(alone)).toEqual({ state: 'failed', repairs: 0, reason: 'It was terminated.' });
  });

  it('keeps its best picture, and has passed only when a check found nothing wrong', () => {
    expect(ended(alone, drawn(1, good))).toMatchObject({ state: 'passed', best: 1, repairs: 0 });
    const tried = [drawn(1, weak(50)), repainted(2, 1, weak(70)), repainted(3, 2, weak(60))];
    expect(ended(alone, ...tried)).toMatchObject({ state: 'flagged', best: 2, repairs: 2 });
    expect(ended(alone, drawn(1))).toMatchObject({ state: 'flagged', best: 1 });
    expect(ended(alone, drawn(1, weak(50)), drawn(2))).toMatchObject({ state: 'flagged', best: 1, repairs: 1 });
  });

  it('does not keep a picture that the provider flagged, while there is another', () => {
    const flagged = { ...drawn(2, checkOf([], [{ code: 'provider_flagged' }])), flagged: true };
    expect(ended(alone, drawn(1, weak(50)), flagged)).toMatchObject({ state: 'flagged', best: 1 });
  });

  it('counts a pass over several faces once, and the faces that the scene did not have as no repair', () => {
    const three = planOf({ people: 3 });
    const scene = drawn(1, checkOf([face(0, 'recognised', 0, 95)], [{ code: 'missing_character', member: 1 }]));
    const faces = [repainted(2, 1), repainted(3, 2, weak(60))];
    expect(progressOf(three, [scene, ...faces])).toMatchObject({ repairs: 0, unchecked: undefined });
    expect(progressOf(three, [scene, ...faces, repainted(4, 3), repainted(5, 4)])).toMatchObject({
      repairs: 1,
      unchecked: 5,
    });
    expect(progressOf(three, [scene, ...faces, drawn(4, scene.check), repainted(5, 4)]).repairs).toBe(1);
  });

  it('in a further pass stays what it was before, unless the pass made it better', () => {
    expect(ended(again('repair', good))).toMatchObject({ state: 'passed', best: 2, repairs: 2 });
    expect(ended(again('repair', weak(60)), repainted(3, 2, weak(50)))).toMatchObject({ best: 2, repairs: 3 });
    expect(ended(again('redraw', weak(60)), drawn(3, weak(50)))).toMatchObject({ state: 'flagged', best: 3 });
    expect(ended(again('redraw', weak(60)), drawn(3))).toMatchObject({ state: 'flagged', best: 2 });
  });

  it('on request is cancelled, and one in a further pass is what it was', () => {
    const reason = 'Cancelled on request.';
    expect(cancelledEarly(alone, progressOf(alone, [drawn(1, weak(50))]), reason)).toEqual({
      state: 'cancelled',
      best: 1,
      repairs: 0,
      reason,
    });
    expect(cancelledEarly(again('redraw', good), progressOf(again('redraw', good), []), reason)).toMatchObject({
      state: 'passed',
      best: 2,
    });
  });
});
