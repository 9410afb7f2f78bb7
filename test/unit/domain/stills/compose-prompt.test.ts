// The prompts of a still, by a table of what is asked and what the models are told.

import { describe, expect, it, test } from 'vitest';
import {
  type Composed,
  composePrompts,
  type PromptMember,
  type PromptRequest,
} from '../../../../domain/stills/compose-prompt.ts';
import { PROMPT_LIMITS } from '../../../../domain/stills/limits.ts';
import type { RouteId } from '../../../../domain/stills/still.ts';

const MIA: PromptMember = { name: 'Mia', subject: { kind: 'human', noun: 'woman' }, triggerWord: 'lkmmm' };
const ZOE: PromptMember = { name: 'Zoé', subject: { kind: 'human', noun: 'woman' }, triggerWord: 'lkzzz' };
const TOM: PromptMember = { name: 'Tom', subject: { kind: 'human', noun: 'man' }, triggerWord: 'lkttt' };
const REX: PromptMember = { name: 'Rex', subject: { kind: 'creature', noun: 'dog' }, triggerWord: 'lkrrr' };
const OLD: PromptMember = { name: 'Sam', subject: undefined, triggerWord: 'lksss' };

function composed(request: Partial<PromptRequest>): Composed {
  const answer = composePrompts({ route: 'lora', prompt: '', cast: [MIA], ...request });
  if ('refused' in answer) throw new Error(answer.refused.message);
  return answer;
}
const scene = (route: RouteId, prompt: string, cast: PromptMember[], more: Partial<PromptRequest> = {}) =>
  composed({ route, prompt, cast, ...more }).prompts.scene;

describe('the scene', () => {
  it.each<[string, RouteId, string, PromptMember[], string]>([
    ['names one who is not named', 'lora', 'walks in the rain', [MIA], 'lkmmm woman, walks in the rain'],
    ['puts the phrase in place of the name', 'lora', 'Mia walks in the rain.', [MIA], 'lkmmm woman walks in the rain'],
    [
      'names once, then by the class',
      'lora',
      'Mia waits. Then Mia goes',
      [MIA],
      'lkmmm woman waits. Then the woman goes',
    ],
    ['keeps the possessive', 'lora', 'a close-up of Mia’s hand', [MIA], 'a close-up of lkmmm woman’s hand'],
    [
      'keeps the words of the shot',
      'lora',
      'EWS, low angle, 24mm: MIA runs',
      [MIA],
      'EWS, low angle, 24mm: lkmmm woman runs',
    ],
    [
      'has the trigger word alone for one without a class',
      'lora',
      'Sam and Sam’s hat',
      [OLD],
      'lksss and the person’s hat',
    ],
    ['shows nobody', 'lora', 'An empty street', [], 'An empty street'],
    ['shows somebody alone', 'lora', '', [MIA], 'lkmmm woman'],
    [
      'adds those who are not named',
      'lora',
      'Mia walks her dog.',
      [MIA, TOM, REX],
      'lkmmm woman walks her dog, with lkttt man and lkrrr dog',
    ],
    [
      'has the first LoRA and the others by their class, when faces are painted later',
      'lora+inpaint',
      'a quiet bar at night',
      [MIA, TOM],
      'lkmmm woman and a man, a quiet bar at night',
    ],
    [
      'has a dog by its LoRA, because it has no face to paint later',
      'lora+inpaint',
      'a walk',
      [MIA, TOM, REX],
      'lkmmm woman, a man and lkrrr dog, a walk',
    ],
    [
      'tells two of one class apart',
      'lora+inpaint',
      'Mia hugs Zoé, and Mia cries',
      [MIA, ZOE],
      'lkmmm woman hugs another woman, and the first woman cries, from left to right: the first woman, the second woman',
    ],
    [
      'speaks of the first one named as one, also when it is not the first of the cast',
      'lora+inpaint',
      'Zoé sees Mia',
      [MIA, ZOE],
      'a woman sees lkmmm woman, from left to right: the first woman, the second woman',
    ],
  ])('%s', (_, route, prompt, cast, wanted) => {
    expect(scene(route, prompt, cast)).toBe(wanted);
  });

  it('names the pictures that an editor draws from', () => {
    const more = { addressing: 'image {n}' };
    expect(scene('refs', 'Tom dances', [MIA, TOM], more)).toBe(
      'the man from image 2 dances, with the woman from image 1',
    );
    expect(scene('lora+refs', 'Mia dances', [MIA], more)).toBe('lkmmm woman from image 1 dances');
  });

  it('has the location and the moodboard behind it', () => {
    const more = { location: 'a harbour at dawn', moodboard: ['film noir', '35mm grain.', ''] };
    expect(scene('lora', 'Mia waits', [MIA], more)).toBe(
      'lkmmm woman waits, in a harbour at dawn, film noir, 35mm grain',
    );
    expect(scene('lora', 'Mia waits', [MIA], { location: 'at the pier' })).toBe('lkmmm woman waits, at the pier');
  });

  it('is put where a template has a place for it', () => {
    const moodboard = ['storyboard sketch of {prompt}, ink', 'high contrast'];
    expect(scene('lora', 'Mia waits $& $1', [MIA], { moodboard })).toBe(
      'storyboard sketch of lkmmm woman waits $& $1, ink, high contrast',
    );
  });

  it('is one line', () => {
    expect(scene('lora', ' Mia\n\twaits  here ', [MIA])).toBe('lkmmm woman waits here');
  });
});

describe('a name is found', () => {
  const named = (name: string, prompt: string) => scene('lora', prompt, [{ ...MIA, name }]);

  it.each<[string, string, string, string]>([
    ['in any case', 'Mia', 'mia smiles', 'lkmmm woman smiles'],
    ['as a script writes it', 'Mia', 'MIA smiles. Mia nods', 'lkmmm woman smiles. the woman nods'],
    ['with an accent, however it was typed', 'Zoé', 'zoe\u0301 smiles', 'lkmmm woman smiles'],
    ['in Cyrillic', 'Аня', 'АНЯ улыбается', 'lkmmm woman улыбается'],
    ['in Chinese, which puts no space', '小明', '看着小明走路', '看着 lkmmm woman 走路'],
    ['in Arabic', 'ليلى', 'تمشي ليلى وحدها', 'تمشي lkmmm woman وحدها'],
    ['of two words', 'Anna Maria', 'Anna  Maria smiles', 'lkmmm woman smiles'],
    ['with signs of patterns', 'Mr. X (old)', 'Mr. X (old) smiles', 'lkmmm woman smiles'],
  ])('%s', (_, name, prompt, wanted) => {
    expect(named(name, prompt)).toBe(wanted);
  });

  it.each<[string, string, string]>([
    ['within another word', 'Ann', 'Anna plans an annex'],
    ['within a word of another script', 'Ан', 'Аня'],
    ['by a sign of a pattern', 'M.a', 'Mia smiles'],
  ])('not %s', (_, name, prompt) => {
    expect(named(name, prompt)).toBe(`lkmmm woman, ${prompt}`);
  });

  test('and a common word in small letters is none, where the name is written too', () => {
    expect(named('Will', 'Will says that he will come')).toBe('lkmmm woman says that he will come');
  });

  test('the longest counts', () => {
    const cast = [
      { ...MIA, name: 'Anna' },
      { ...TOM, name: 'Anna Maria' },
    ];
    expect(scene('lora', 'Anna Maria meets Anna', cast)).toContain('lkttt man meets lkmmm woman');
  });

  test('one that two have names nobody', () => {
    const cast = [MIA, { ...TOM, name: 'MIA' }];
    expect(scene('lora', 'Mia waits', cast)).toBe('lkmmm woman and lkttt man, Mia waits');
    expect(composed({ prompt: 'Mia waits', cast }).places).toEqual([undefined, undefined]);
  });
});

describe('places', () => {
  it('that are given are said, and short phrases use them', () => {
    const cast = [
      { ...MIA, position: 'right' },
      { ...ZOE, position: 'left' },
    ];
    const { prompts, places } = composed({ route: 'lora', prompt: 'Mia and Zoé talk. Mia laughs', cast });
    expect(prompts.scene).toBe(
      'lkmmm woman on the right and lkzzz woman on the left talk. the woman on the right laughs',
    );
    expect(places).toEqual([
      { kind: 'order', order: 1 },
      { kind: 'order', order: 0 },
    ]);
  });

  it('that are boxes are said by their middle', () => {
    const box = { x: 0.35, y: 0, width: 0.3, height: 0.5 };
    const { prompts, places } = composed({ prompt: 'Mia', cast: [{ ...MIA, box }] });
    expect(prompts.scene).toBe('lkmmm woman in the center');
    expect(places).toEqual([{ kind: 'area', area: box }]);
  });

  it('are the order of the names, where everybody is named and nobody is placed', () => {
    const { prompts, places } = composed({ route: 'lora+inpaint', prompt: 'Tom and Mia', cast: [MIA, TOM] });
    expect(prompts.scene).toBe('a man and lkmmm woman, from left to right: the man, the woman');
    expect(places).toEqual([
      { kind: 'order', order: 1 },
      { kind: 'order', order: 0 },
    ]);
  });

  it.each<[string, string, PromptMember[]]>([
    ['one is not named', 'Tom alone', [MIA, TOM]],
    ['one is alone', 'Mia', [MIA]],
    ['nobody is named', 'a bar', [MIA, TOM]],
  ])('are none where %s: a swap is not claimed', (_, prompt, cast) => {
    const { prompts, places } = composed({ prompt, cast });
    expect(places).toEqual(cast.map(() => undefined));
    expect(prompts.scene).not.toContain('left');
  });

  it('that cannot be used are refused', () => {
    expect(composePrompts({ route: 'lora', prompt: 'x', cast: [{ ...MIA, position: 'above' }] })).toEqual({
      refused: expect.objectContaining({ code: 'unknown_position', member: 0 }),
    });
  });
});

describe('what paints a face', () => {
  it('names this one alone, by its LoRA, with the mood of the scene', () => {
    const more = { location: 'a bar', moodboard: ['film noir'] };
    const { faces } = composed({ route: 'lora+inpaint', prompt: 'Mia hugs Tom', cast: [MIA, TOM], ...more }).prompts;
    expect(faces).toEqual([
      'the face of lkmmm woman, in the light of the scene, in a bar, film noir',
      'the face of lkttt man, in the light of the scene, in a bar, film noir',
    ]);
  });

  it('tells an editor whose face to replace by whose', () => {
    const cast = [
      { ...MIA, position: 'left' },
      { ...ZOE, position: 'right' },
    ];
    const more = { cast, addressing: 'image {n}', prompt: 'a bar' };
    const keep = 'Keep everything else as it is';
    expect(composed({ route: 'lora+refs', ...more }).prompts.faces).toEqual([
      `In image 1, replace the face of the woman on the left with the face of lkmmm woman from image 2. ${keep}`,
      `In image 1, replace the face of the woman on the right with the face of lkzzz woman from image 2. ${keep}`,
    ]);
    expect(composed({ route: 'refs', ...more, cast: [TOM] }).prompts.faces).toEqual([
      `In image 1, replace the face of the man with the face of the man from image 2. ${keep}`,
    ]);
  });
});

describe('a text is refused', () => {
  it.each<[string, Partial<PromptRequest>, string]>([
    ['that is too long', { prompt: 'x'.repeat(PROMPT_LIMITS.prompt + 1) }, 'prompt'],
    ['with a control character', { prompt: 'a\u0007b' }, 'prompt'],
    ['with half a character', { location: 'a\ud800' }, 'location'],
    ['of a place that is too long', { location: 'x'.repeat(PROMPT_LIMITS.location + 1) }, 'location'],
    ['of a mood that is too long', { moodboard: ['x'.repeat(PROMPT_LIMITS.template + 1)] }, 'moodboard'],
    ['as one of too many', { moodboard: Array(PROMPT_LIMITS.templates + 1).fill('noir') }, 'moodboard'],
    ['that is empty, of nobody', { prompt: ' \n', cast: [] }, 'prompt'],
  ])('%s', (_, request, field) => {
    expect(composePrompts({ route: 'lora', prompt: 'x', cast: [MIA], ...request })).toEqual({
      refused: { code: 'prompt_refused', field, message: expect.stringMatching(new RegExp(`^The ${field} `)) },
    });
  });

  it('and counted by characters, not by their halves', () => {
    expect(() => composed({ prompt: '🎬'.repeat(PROMPT_LIMITS.prompt) })).not.toThrow();
  });
});
