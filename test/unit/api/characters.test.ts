import { describe, expect, test } from 'vitest';
import { characterIdentity } from '../../../api/character-identity.ts';
import { Failure } from '../../../domain/failure.ts';
import { BUCKETS } from '../../../domain/keys.ts';
import { STAGES } from '../../../domain/stage.ts';
import { problemIn } from './problem-in.ts';
import { newWorld, OTHER_TENANT } from './world.ts';

const ready = {
  identityId: '40000000-0000-4000-8000-000000000004',
  version: 2,
  lora: { bucket: BUCKETS.loras, key: 'a/b/1.safetensors' },
  loraSha256: 'ab',
  referenceStrength: 75,
  subject: { kind: 'human', noun: 'woman' } as const,
};

describe('the cast', () => {
  test('a new character has no identity and is found again', async () => {
    const { ask } = newWorld();
    const created = await ask('POST', '/v1/characters', { name: '  Mara ' });
    expect(created.status).toBe(201);
    const character = (await created.json()) as { id: string };
    expect(character).toMatchObject({
      name: 'Mara',
      subject: { kind: 'human', noun: 'person' },
      identity: { status: 'none' },
    });
    const location = created.headers.get('location') ?? '';
    expect(location).toBe(`/v1/characters/${character.id}`);
    expect(await (await ask('GET', location)).json()).toEqual(character);
  });

  test('the list shows my characters only, a page at a time', async () => {
    const { ask, addCharacter } = newWorld();
    const mine = [addCharacter(), addCharacter(), addCharacter()].map((c) => c.id);
    addCharacter(OTHER_TENANT);
    const first = (await (await ask('GET', '/v1/characters?limit=2')).json()) as Page;
    const second = (await (await ask('GET', `/v1/characters?limit=2&cursor=${first.nextCursor}`)).json()) as Page;
    expect([...first.items, ...second.items].map((c) => c.id)).toEqual(mine);
    expect(second.nextCursor).toBeUndefined();
  });

  test('a ready character shows a freshly signed address of our own LoRA, for an hour', async () => {
    const { ask, addCharacter } = newWorld();
    const { id } = addCharacter(undefined, { ready, newest: { identityId: ready.identityId, stage: 'ready' } });
    const { identity } = (await (await ask('GET', `/v1/characters/${id}`)).json()) as { identity: unknown };
    expect(identity).toEqual({
      status: 'ready',
      identityId: ready.identityId,
      version: 2,
      stage: 'ready',
      technologyData: {
        falCharacterId: 'https://files.test/character-loras/a/b/1.safetensors?seconds=3600',
        referenceStrength: 75,
        triggerPhrase: 'lkkbbbbb woman',
      },
    });
  });

  describe('with many that are ready', () => {
    const cast = (world: ReturnType<typeof newWorld>) => {
      for (let n = 0; n < 20; n++) {
        const lora = { bucket: BUCKETS.loras, key: `a/${n}.safetensors` };
        world.addCharacter(undefined, {
          ready: { ...ready, lora },
          newest: { identityId: ready.identityId, stage: 'ready' },
        });
      }
      world.addCharacter();
    };
    const listed = async (world: ReturnType<typeof newWorld>) => {
      const answer = await world.ask('GET', '/v1/characters?limit=50');
      const { items } = (await answer.json()) as { items: { identity: Record<string, unknown> }[] };
      return items.map(({ identity }) => identity);
    };

    test('the storage is asked once for all addresses', async () => {
      const asked: number[] = [];
      const world = newWorld();
      const { signedUrls, signedUrl } = world.files;
      world.files.signedUrls = (objects, seconds) => {
        asked.push(objects.length);
        return signedUrls(objects, seconds);
      };
      cast(world);
      const shown = await listed(world);
      expect(asked).toEqual([20]);
      expect(shown[7]).toMatchObject({
        technologyData: { falCharacterId: await signedUrl({ bucket: BUCKETS.loras, key: 'a/7.safetensors' }, 3600) },
      });
      expect(shown[20]).toEqual({ status: 'none' });
    });

    test('the cast is shown while the storage does not answer, and says so', async () => {
      const world = newWorld();
      cast(world);
      world.files.signedUrls = async () => Promise.reject(new Failure('StoreUnavailable', 'away'));
      const shown = await listed(world);
      expect(shown).toHaveLength(21);
      expect(shown[0]).toEqual({
        status: 'ready',
        identityId: ready.identityId,
        version: 2,
        stage: 'ready',
        technologyDataMissing: 'store_unavailable',
      });
    });

    test('a LoRA that is gone takes nobody else with it', async () => {
      const world = newWorld();
      cast(world);
      world.files.signedUrls = async (objects) =>
        objects.map(({ key }) => (key === 'a/3.safetensors' ? undefined : 'https://a.test'));
      const shown = await listed(world);
      expect(shown[3]).toMatchObject({ technologyDataMissing: 'not_found' });
      expect(shown[4]).toMatchObject({ technologyData: { falCharacterId: 'https://a.test' } });
    });
  });

  test.each([
    ['no name', {}],
    ['an empty name', { name: '  ' }],
    ['a name of 201 letters', { name: 'x'.repeat(201) }],
    ['a field that nobody knows', { name: 'Mara', mood: 'good' }],
  ])('%s is refused with the field named', async (_, body) => {
    const problem = await problemIn(await newWorld().ask('POST', '/v1/characters', body));
    expect(problem).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(problem.errors).toHaveLength(1);
  });
});

interface Page {
  items: { id: string }[];
  nextCursor?: string;
}

describe('the status of a character', () => {
  test('a ready identity stays ready while a newer one is prepared, or failed, which is told beside it', () => {
    for (const stage of STAGES) {
      const { newer, ...identity } = characterIdentity({ ready, newest: { identityId: 'newer', stage } });
      expect(identity).toEqual({ status: 'ready', identityId: ready.identityId, version: 2, stage: 'ready' });
      const isOver = stage === 'ready' || stage === 'rejected' || stage === 'cancelled';
      expect(newer).toEqual(isOver ? undefined : { identityId: 'newer', stage, status: expect.any(String) });
    }
    const same = characterIdentity({ ready, newest: { identityId: ready.identityId, stage: 'training' } });
    expect(same).not.toHaveProperty('newer');
  });

  test('without a ready one, the newest tells whether a person is needed', () => {
    const statusOf = (stage: (typeof STAGES)[number]) =>
      characterIdentity({ ready: undefined, newest: { identityId: 'newest', stage } }).status;
    expect(STAGES.filter((stage) => statusOf(stage) === 'needs_attention')).toEqual([
      'needs_photos',
      'awaiting_approval',
      'needs_operator',
      'expired',
      'failed',
    ]);
    expect(STAGES.filter((stage) => statusOf(stage) === 'none')).toEqual(['ready', 'rejected', 'cancelled']);
    expect(STAGES.some((stage) => statusOf(stage) === 'ready')).toBe(false);
  });
});
