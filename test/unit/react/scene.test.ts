// What the scene form makes of what somebody enters.

import { describe, expect, it } from 'vitest';
import { StartStills } from '../../../api/schemas/still.ts';
import { movedBox, resizedBox } from '../../../react/stills/box-moves.ts';
import {
  budgetOf,
  NEW_SCENE,
  requestOf,
  type Scene,
  withBox,
  withCharacters,
  withMoved,
  withoutCharacter,
  withPlacing,
} from '../../../react/stills/scene.ts';
import { readStoryboard, storyboardRequest } from '../../../react/stills/storyboard.ts';

const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
const ids = (count: number) => Array.from({ length: count }, (_, n) => id(n));
const sceneOf = (count: number, more: Partial<Scene> = {}): Scene => ({
  ...withCharacters(NEW_SCENE, ids(count)),
  prompt: 'They talk',
  ...more,
});
const orderOf = ({ cast }: Scene) => cast.map(({ characterId }) => characterId);
const requested = (scene: Scene) => {
  const asked = requestOf(scene);
  if ('missing' in asked) throw new Error(asked.missing);
  return asked.request;
};

describe('who is in the scene', () => {
  it('nobody comes in twice, and no more than fit into a frame', () => {
    expect(orderOf(withCharacters(withCharacters(NEW_SCENE, ids(2)), ids(3)))).toEqual(ids(3));
    expect(orderOf(withCharacters(NEW_SCENE, ids(9)))).toEqual(ids(8));
  });

  it('they change places one by one, and nobody leaves the frame at its edge', () => {
    const scene = sceneOf(3);
    expect(orderOf(withMoved(scene, id(0), 1))).toEqual([id(1), id(0), id(2)]);
    expect(orderOf(withMoved(scene, id(0), -1))).toEqual(ids(3));
    expect(orderOf(withMoved(scene, id(2), 1))).toEqual(ids(3));
    expect(orderOf(withoutCharacter(scene, id(1)))).toEqual([id(0), id(2)]);
  });
});

describe('the request of a scene', () => {
  it.each([1, 2, 3, 4, 8])('places %i characters so that the API takes it', (count) => {
    for (const placing of ['order', 'boxes'] as const) {
      const request = requested(withPlacing(sceneOf(count), placing));
      expect(StartStills.safeParse(request)).toMatchObject({ success: true });
    }
  });

  it('has left and right for two, as they stand', () => {
    const [frame] = requested(withMoved(sceneOf(2), id(0), 1)).frames;
    expect(frame?.characters).toEqual([
      { characterId: id(1), position: 'left' },
      { characterId: id(0), position: 'right' },
    ]);
  });

  it('has the boxes that were drawn, and new ones for who comes later', () => {
    const box = { x: 0.5, y: 0.2, width: 0.3, height: 0.6 };
    const boxes = withCharacters(withBox(withPlacing(sceneOf(2), 'boxes'), id(1), box), [id(2)]);
    const [first, second, third] = requested(boxes).frames[0]?.characters ?? [];
    expect(second).toEqual({ characterId: id(1), box });
    expect(first?.box).toBeDefined();
    expect(third?.box).toBeDefined();
    // Back to an order, boxes are forgotten in the request.
    expect(requested(withPlacing(boxes, 'order')).frames[0]?.characters?.[1]).toEqual({
      characterId: id(1),
      position: 'center',
    });
  });

  it('has what was chosen, and a budget only when one was entered', () => {
    const scene = sceneOf(1, { aspectRatio: '2.39:1', variants: 3, repairs: 0 });
    expect(requested(scene)).toEqual({
      frames: [{ prompt: 'They talk', characters: [{ characterId: id(0) }], aspectRatio: '2.39:1', n: 3 }],
      maxRepairs: 0,
    });
    expect(requested({ ...scene, budget: '$1,000.50' })).toMatchObject({ budgetUsd: 1000.5 });
  });

  it.each([
    [sceneOf(0), 'Choose at least one character.'],
    [sceneOf(1, { prompt: ' \n' }), 'Say what happens.'],
    [sceneOf(1, { budget: 'lots' }), 'Enter the budget as an amount, such as 2.50.'],
  ])('is not there while something is missing', (scene, missing) => {
    expect(requestOf(scene)).toEqual({ missing });
  });

  it('reads amounts as people type them, and refuses the rest', () => {
    expect(['', ' ', '2', '$2.50', '1,000', '2.505', '-1', '2,50 €', '100000'].map(budgetOf)).toEqual([
      undefined,
      undefined,
      2,
      2.5,
      1000,
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('a box on the frame', () => {
  const box = { x: 0.1, y: 0.2, width: 0.3, height: 0.4 };

  it('moves as far as the edge of the frame', () => {
    expect(movedBox(box, 0.02, -0.02)).toEqual({ ...box, x: 0.12, y: 0.18 });
    expect(movedBox(box, 5, 5)).toEqual({ ...box, x: 0.7, y: 0.6 });
    expect(movedBox(box, -5, -5)).toEqual({ ...box, x: 0, y: 0 });
  });

  it('keeps its corner while it is resized, and room for a face', () => {
    expect(resizedBox(box, 0.1, -0.1)).toEqual({ ...box, width: 0.4, height: 0.3 });
    expect(resizedBox(box, 5, 5)).toEqual({ ...box, width: 0.9, height: 0.8 });
    expect(resizedBox(box, -5, -5)).toEqual({ ...box, width: 0.05, height: 0.05 });
  });

  it('never reaches out of the picture, whatever the sums of its numbers are', () => {
    for (let thousandths = 0; thousandths <= 950; thousandths++) {
      const { x, width } = resizedBox({ ...box, x: thousandths / 1000 }, 1, 0);
      expect(x + width).toBeLessThanOrEqual(1);
    }
  });
});

describe('a storyboard', () => {
  const [mara, jonas, will] = ['Mara', 'Jonas', 'Will'].map((name, n) => ({ id: id(n), name }));
  const ready = [mara, jonas, will].flatMap((person) => person ?? []);
  const castOf = (text: string) => readStoryboard(text, ready).frames.map(({ cast }) => cast.map(({ name }) => name));

  it('has in each frame whom its prompt names, in that order', () => {
    expect(castOf('Jonas looks at Mara, and Mara smiles\nAn empty street\nWill says that he will come')).toEqual([
      ['Jonas', 'Mara'],
      [],
      ['Will'],
    ]);
  });

  it('has whom its column names, from left to right, whatever the case', () => {
    const storyboard = readStoryboard('prompt,characters\nThey talk,mara; JONAS', ready);
    const asked = storyboardRequest(NEW_SCENE, storyboard);
    expect(asked).toMatchObject({
      request: {
        frames: [
          {
            characters: [
              { characterId: id(0), position: 'left' },
              { characterId: id(1), position: 'right' },
            ],
          },
        ],
      },
    });
  });

  it('is a request that the API takes, with the choices of the form where the list has none', () => {
    const text = 'frame,prompt,aspect ratio,variants,location,seed\n4-A,Mara waits,1:1,2,a harbour,7\n,Jonas comes,,,,';
    const asked = storyboardRequest({ ...NEW_SCENE, aspectRatio: '21:9', repairs: 1 }, readStoryboard(text, ready));
    if ('missing' in asked) throw new Error(asked.missing);
    expect(StartStills.safeParse(asked.request)).toMatchObject({ success: true });
    expect(asked.request).toEqual({
      frames: [
        {
          frameId: '4-A',
          prompt: 'Mara waits',
          characters: [{ characterId: id(0) }],
          aspectRatio: '1:1',
          n: 2,
          location: 'a harbour',
          seed: 7,
        },
        { prompt: 'Jonas comes', characters: [{ characterId: id(1) }], aspectRatio: '21:9', n: 1 },
      ],
      maxRepairs: 1,
    });
  });

  it('names who is not ready, with the line, and is not sent', () => {
    const storyboard = readStoryboard('prompt,characters\nThey talk,Mara; Bob', ready);
    expect(storyboard.problems).toEqual([
      {
        line: 2,
        message: 'No ready character is called “Bob”. Correct the name, or prepare the character.',
      },
    ]);
    expect(storyboardRequest(NEW_SCENE, storyboard)).toEqual({ missing: 'Change what is named above.' });
  });

  it('names a frame with more characters than are allowed', () => {
    const many = 'ABCDEFGHI'.split('').map((name, n) => ({ id: id(n), name: `Mr. ${name}` }));
    const { problems } = readStoryboard(many.map(({ name }) => name).join(' and '), many);
    expect(problems.map(({ message }) => message)).toEqual([
      'It has 9 characters, and 8 are allowed. Split it into two frames.',
    ]);
  });

  it('is not there while it is empty', () => {
    expect(storyboardRequest(NEW_SCENE, readStoryboard('\n', ready))).toEqual({ missing: 'Enter at least one frame.' });
  });
});
