// What is shown of a batch and its stills, without a page.

import { describe, expect, it } from 'vitest';
import { STILL_EXAMPLES } from '../../../api/schemas/still-examples.ts';
import type { BatchItem, Still, StillPicture } from '../../../client/index.ts';
import { FINDING_CODES } from '../../../domain/stills/still.ts';
import { withChange } from '../../../react/state/known-batch.ts';
import { actionBlocker } from '../../../react/stills/action-blocker.ts';
import { closeUp } from '../../../react/stills/close-up.ts';
import { endedOf, isOver } from '../../../react/stills/counts.ts';
import { hasDrift, scoreAxis, seriesOf, stillAxis } from '../../../react/stills/drift.ts';
import { driftWords } from '../../../react/stills/drift-words.ts';
import { firstChoice, withFace } from '../../../react/stills/face-choice.ts';
import { priceRange } from '../../../react/stills/price-text.ts';
import {
  type CheckedFace,
  faceName,
  faceTone,
  faceWords,
  namesOf,
  shownPicture,
  stillName,
} from '../../../react/stills/still-view.ts';
import { texts } from '../../../react/texts.ts';

const example = structuredClone(STILL_EXAMPLES.still) as unknown as Still;
const batch = structuredClone(STILL_EXAMPLES.batchPage.items[0]) as unknown as BatchItem;
const stillOf = (more: Partial<Still>): Still => ({ ...example, ...more });
const [picture] = example.pictures;
if (!picture) throw new Error('The example has a picture.');
const pictureOf = (number: number, more: Partial<StillPicture> = {}): StillPicture => ({
  ...picture,
  number,
  pictureId: `p-${number}`,
  ...more,
});
const face = (more: Partial<CheckedFace>): CheckedFace => ({
  box: { x: 0, y: 0, width: 10, height: 10 },
  state: 'recognised',
  ...more,
});

describe('what a page knows of a batch', () => {
  const first = withChange(undefined, {
    batch,
    stills: [stillOf({ number: 2, revision: 5 }), stillOf({ number: 1, revision: 3 })],
  });

  it('has the stills in their order', () => {
    expect(first.stills.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('takes what is newer, and leaves what is older', () => {
    const next = withChange(first, {
      batch: { ...batch, revision: batch.revision - 1, state: 'running' },
      stills: [
        stillOf({ number: 1, revision: 4, state: 'passed' }),
        stillOf({ number: 2, revision: 4, state: 'queued' }),
      ],
    });
    expect(next.batch.state).toBe('done');
    expect(next.stills.map(({ state }) => state)).toEqual(['passed', 'flagged']);
  });
});

describe('how far a batch is', () => {
  const counts = { ...batch.counts, passed: 2, flagged: 1, drawing: 1 };

  it('counts every end', () => {
    expect(endedOf({ ...counts, failed: 1, refused: 1, cancelled: 1 })).toBe(6);
  });

  it('it is not over while a repair of one of its stills goes on', () => {
    expect(isOver({ ...batch, total: 4, counts })).toBe(false);
    expect(isOver({ ...batch, total: 4, counts: { ...counts, drawing: 0, passed: 3 } })).toBe(true);
    expect(isOver({ total: 1, counts: { ...counts, passed: 1, flagged: 0, drawing: 0 } })).toBe(false);
  });
});

describe('the picture of a still', () => {
  const pictures = [pictureOf(1), pictureOf(2), pictureOf(3)];

  it('is the one that is kept, and the newest while it is drawn', () => {
    expect(shownPicture(stillOf({ state: 'flagged', best: 2, pictures }))?.number).toBe(2);
    expect(shownPicture(stillOf({ state: 'repairing', best: 2, pictures }))?.number).toBe(3);
    expect(shownPicture(stillOf({ state: 'failed', best: undefined, pictures: [] }))).toBeUndefined();
  });
});

describe('the words of a face', () => {
  const names = namesOf([
    example,
    stillOf({ cast: [{ ...(example.cast[0] as Still['cast'][0]), characterId: 'x', name: 'Nia' }] }),
  ]);
  const nameOf = (more: Partial<CheckedFace>) => faceName(face(more), example, names);

  it.each<[Partial<CheckedFace>, string, string | undefined]>([
    [{ member: 1, score: 61.4 }, 'Jonas', '61.4'],
    [{ state: 'open', member: 0, score: 70 }, 'Mara?', '70.0'],
    [{ state: 'open' }, 'Not sure who', undefined],
    [{ state: 'stranger' }, 'Nobody of the cast', undefined],
    [{ state: 'off_screen', characterId: 'x', score: 90 }, 'Nia', 'Does not belong here'],
    [{ state: 'off_screen', characterId: 'gone' }, 'Nobody of the cast', 'Does not belong here'],
    [{ state: 'unverifiable', reason: 'extreme_pose' }, 'Cannot be compared', 'turned away'],
    [{ state: 'background' }, 'In the background', undefined],
  ])('of %o are "%s" and "%s"', (more, name, words) => {
    expect(nameOf(more)).toBe(name);
    expect(faceWords(face(more))).toBe(words);
  });

  it('a face with a finding is to be looked at, and its neighbour is not', () => {
    const findings = [{ code: 'low_likeness', face: 1, member: 1, message: '' }] as const;
    expect([0, 1].map((index) => faceTone(face({}), index, [...findings]))).toEqual(['good', 'warn']);
    expect(faceTone(face({ state: 'stranger' }), 0, [])).toBe('bad');
  });

  it('variants are told apart, and frames have the name that they were given', () => {
    const [one, two] = [stillOf({ variant: 1 }), stillOf({ variant: 2 })];
    expect(stillName(two, [one, two])).toBe('scene-4-frame-2, variant 2');
    expect(stillName(one, [one])).toBe('scene-4-frame-2');
    expect(stillName(stillOf({ frameId: undefined, frame: 2 }), [one])).toBe('Frame 3');
  });

  it('every finding has a next step, and a short name', () => {
    for (const code of FINDING_CODES) {
      expect(texts.stills.next[code]).toMatch(/\.$/);
      expect(texts.stills.finding[code]).toMatch(/^[a-z]/);
    }
  });
});

describe('the face that is compared first', () => {
  const check = (faces: CheckedFace[], findings: Still['findings'] = []) => ({
    check: { calibration: 'v', faces, findings },
  });
  const finding = (more: object) => ({ code: 'low_likeness', message: '', ...more }) as Still['findings'][0];

  it('is the one with a finding, beside whom it should be', () => {
    const faces = [face({ member: 0 }), face({ state: 'open' })];
    expect(firstChoice(check(faces, [finding({ face: 1, member: 1 })]), example)).toEqual({ face: 1, member: 1 });
  });

  it('is else the first that is recognised', () => {
    const faces = [face({ state: 'stranger' }), face({ member: 1 })];
    expect(firstChoice(check(faces), example)).toEqual({ face: 1, member: 1 });
  });

  it('is none where no face was found: then it is about who is missing', () => {
    expect(firstChoice(check([], [finding({ code: 'missing_character', member: 1 })]), example)).toEqual({
      face: undefined,
      member: 1,
    });
    expect(firstChoice({ check: undefined }, example)).toEqual({ face: undefined, member: 0 });
  });

  it('a stranger lies beside who is missing', () => {
    const faces = [face({ state: 'stranger' }), face({ member: 0 })];
    const found = check(faces, [finding({ code: 'missing_character', member: 1 })]);
    expect(withFace(found, example, 0)).toEqual({ face: 0, member: 1 });
    expect(withFace(found, example, 1)).toEqual({ face: 1, member: 0 });
  });

  it('is cut out with what is around it, and never beyond the picture', () => {
    const size = { width: 1000, height: 500 };
    expect(closeUp({ x: 400, y: 200, width: 80, height: 100 }, size)).toEqual({ x: 345, y: 155, side: 190 });
    expect(closeUp({ x: 0, y: 0, width: 100, height: 100 }, size)).toEqual({ x: 0, y: 0, side: 190 });
    expect(closeUp({ x: 500, y: 100, width: 400, height: 400 }, size)).toEqual({ x: 450, y: 0, side: 500 });
  });
});

describe('what can be done with a still', () => {
  const blocked = (state: Still['state'], best?: number) =>
    (['repair', 'redraw', 'accept'] as const).filter((action) => actionBlocker({ state, best }, action) !== undefined);

  it.each<[Still['state'], number | undefined, string[]]>([
    ['drawing', 1, ['repair', 'redraw', 'accept']],
    ['flagged', 1, []],
    ['passed', 1, ['accept']],
    ['failed', undefined, ['repair', 'accept']],
  ])('%s: not %o', (state, best, actions) => {
    expect(blocked(state, best)).toEqual(actions);
  });
});

describe('prices', () => {
  it('have both ends, or one where both are the same; half a cent is money', () => {
    expect(priceRange({ lowestUsd: 0.035, highestUsd: 0.14 })).toBe('$0.035 to $0.14');
    expect(priceRange({ lowestUsd: 0.07, highestUsd: 0.07 })).toBe('$0.07');
  });
});

describe('the chart', () => {
  const character = (name: string, scores: (number | undefined)[]) => ({
    characterId: name,
    name,
    appearances: scores.map((score, index) => ({
      stillId: `${index}`,
      number: index + 1,
      frame: index,
      variant: 1,
      ...(score === undefined ? {} : { score }),
    })),
  });

  it('breaks the line where there is no score', () => {
    const [series] = seriesOf({ characters: [character('Mara', [90, 91, undefined, 80, undefined])] });
    expect(series?.runs.map((run) => run.map(({ number }) => number))).toEqual([[1, 2], [4]]);
  });

  it('shows nothing over time of one still', () => {
    expect(hasDrift(seriesOf({ characters: [character('Mara', [90]), character('Jonas', [80])] }))).toBe(false);
    expect(hasDrift(seriesOf({ characters: [character('Mara', [90, 91])] }))).toBe(true);
  });

  it('has room for the target and for the lowest score, and does not enlarge noise', () => {
    const axisOf = (scores: number[]) => scoreAxis(seriesOf({ characters: [character('Mara', scores)] }), 85);
    expect(axisOf([99, 100])).toEqual({ least: 60, most: 100, ticks: [100, 90, 80, 70, 60] });
    expect(axisOf([99, 12])).toEqual({ least: 10, most: 100, ticks: [100, 80, 60, 40, 20] });
    expect(axisOf([0])).toMatchObject({ least: 0 });
  });

  it('numbers its stills as far as there is room', () => {
    const axisOf = (count: number, room: number) =>
      stillAxis(seriesOf({ characters: [character('Mara', Array(count).fill(90))] }), room);
    expect(axisOf(5, 10).ticks).toEqual([1, 2, 3, 4, 5]);
    expect(axisOf(500, 6).ticks).toEqual([100, 200, 300, 400, 500]);
  });

  it('says whether the likeness falls', () => {
    expect(driftWords(-1.25)).toBe('Falls by 1.3 points in ten frames.');
    expect(driftWords(0.2)).toBe('Steady over the frames.');
    expect(driftWords(2)).toBe('Rises by 2.0 points in ten frames.');
  });
});
