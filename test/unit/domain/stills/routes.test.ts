// How a still is drawn: the route of a cast, what it cannot use, and why it refuses.

import { describe, expect, it, test } from 'vitest';
import { chooseRoute, drawnInScene, MAX_CAST, ROUTES, type RouteRequest } from '../../../../domain/stills/routes.ts';
import { ROUTE_IDS } from '../../../../domain/stills/still.ts';
import type { Subject } from '../../../../domain/subject.ts';
import { profileOf } from './profiles.ts';

const WOMAN: Subject = { kind: 'human', noun: 'woman' };
const person = (name: string, family = 'flux1') => ({ name, family, subject: WOMAN });
const cast = (...names: string[]) => names.map((name) => person(name));
const ask = (request: Partial<RouteRequest>) => chooseRoute({ cast: [], references: [], ...request }, profileOf);

describe('the route', () => {
  it.each<[string, Partial<RouteRequest>, string]>([
    ['nobody', {}, 'lora'],
    ['one character', { cast: cast('Mia') }, 'lora'],
    ['two', { cast: cast('Mia', 'Tom') }, 'lora+inpaint'],
    ['one of another family', { cast: [person('Mia', 'flux2')] }, 'lora+refs'],
    ['two of another family', { cast: [person('Mia', 'flux2'), person('Tom', 'flux2')] }, 'lora+refs'],
    ['two, where the request names a route', { cast: cast('Mia', 'Tom'), named: 'lora' }, 'lora'],
    ['one, where the request names a route', { cast: cast('Mia'), named: 'refs' }, 'refs'],
  ])('of %s', (_, request, route) => {
    expect(ask(request)).toMatchObject({ route });
  });

  test('of every id names models that there are, which draw and repaint LoRAs of one family', () => {
    for (const id of ROUTE_IDS) {
      const { draws, repaints, loras } = ROUTES[id];
      expect(profileOf(draws).limits.loras > 0).toBe(loras);
      expect(profileOf(repaints).family).toBe(profileOf(draws).family);
    }
  });
});

describe('a cast is refused', () => {
  it.each<[string, Partial<RouteRequest>, object]>([
    [
      'of the wrong family for the route',
      { cast: [person('Mia'), person('Tom', 'flux2')], named: 'lora+inpaint' },
      { code: 'wrong_family', member: 1, message: expect.stringContaining('"Tom" is a LoRA of flux2') },
    ],
    [
      'of two families, whichever route is tried',
      { cast: [person('Mia'), person('Tom', 'flux2')] },
      { code: 'wrong_family', member: 1 },
    ],
    [
      'with more LoRAs than one picture takes',
      { cast: cast('A', 'B', 'C', 'D', 'E', 'F'), named: 'lora' },
      {
        code: 'too_many_loras',
        message: expect.stringContaining('takes 5 LoRAs in one picture, and this frame needs 6'),
      },
    ],
    [
      'with more characters than the editor takes pictures',
      { cast: cast('A', 'B', 'C', 'D', 'E'), named: 'refs' },
      { code: 'too_many_references' },
    ],
    ['that is a crowd', { cast: cast(...'ABCDEFGHI') }, { code: 'too_many_characters' }],
    ['that is nobody, where pictures are needed', { named: 'refs' }, { code: 'no_characters' }],
  ])('%s', (_, request, refused) => {
    expect(ask(request)).toEqual({ refused: expect.objectContaining(refused) });
  });

  test('of six people is drawn one after the other, so that LoRAs in one picture do not limit it', () => {
    expect(ask({ cast: cast('A', 'B', 'C', 'D', 'E', 'F') })).toMatchObject({ route: 'lora+inpaint' });
    expect(MAX_CAST).toBeGreaterThanOrEqual(6);
  });
});

describe('what a route cannot use is said', () => {
  const references = ['https://a.test/1.jpg', 'https://a.test/2.jpg', 'https://a.test/3.jpg'];

  it('by LoRAs alone: no reference', () => {
    expect(ask({ cast: cast('Mia'), references })).toEqual({
      route: 'lora',
      references: [],
      ignored: [{ field: 'references', reason: expect.stringContaining('"lora" draws from no pictures') }],
    });
  });

  it('by an editor: the references that do not fit beside those of the cast', () => {
    const asked = { cast: [person('Mia', 'flux2'), person('Tom', 'flux2')], references };
    expect(ask(asked)).toEqual({
      route: 'lora+refs',
      references: [references[0]],
      ignored: [{ field: 'references', reason: expect.stringContaining('1 of 3 references are used') }],
    });
  });

  it('without a LoRA: no strength', () => {
    const { ignored } = ask({ cast: cast('Mia'), named: 'refs', references }) as { ignored: unknown };
    expect(ignored).toEqual([{ field: 'characters.strength', reason: expect.any(String) }]);
  });

  it('and nothing where all is used', () => {
    expect(ask({ cast: cast('Mia', 'Tom') })).toMatchObject({ ignored: [] });
  });
});

describe('the scene', () => {
  const [face, none] = [{ hasFace: true }, { hasFace: false }];

  it.each([
    ['lora', [face, face, none], [0, 1, 2]],
    ['lora+inpaint', [face, face, face], [0]],
    ['lora+inpaint', [face, none, face], [0, 1]],
    ['lora+inpaint', [none, face], [0]],
    ['refs', [face, face], [0, 1]],
  ] as const)('of %s has members %j as %j', (route, members, drawn) => {
    expect(drawnInScene(route, members)).toEqual(drawn);
  });
});
