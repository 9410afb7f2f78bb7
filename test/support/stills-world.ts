// A test stack with a cast of real people who are ready to be drawn, and what its tests of stills ask for.

import { drawnStills, readBooks } from '../../bench/stills/drawn.ts';
import { type CheckedPicture, facesGiven, type Given, type TrueMember } from '../../bench/stills/truth.ts';
import { createLikenessClient, type LikenessClient, type Still, type StillsInput } from '../../client/index.ts';
import { demoKey } from '../../stack/first-key.ts';
import { prepareCast, type Star, type StarName } from './still-cast.ts';
import { startTestStack, type TestStack } from './test-stack.ts';

/** Smaller than the default, and large enough for faces: the sandbox draws on the same cores. */
const SIZE = { width: 960, height: 544 };
const ENDED_WITHIN_MS = 10 * 60_000;

type Frame = StillsInput['frames'][number];
type Picture = Still['pictures'][number];

export interface StillsStack extends TestStack {
  likeness: LikenessClient;
  cast: Star[];
  /** These people from left to right. */
  frame(names: readonly StarName[], rest?: Partial<Frame>): Frame;
  /** Starts a batch and waits for its end; answers its stills. */
  drawn(body: StillsInput, idempotencyKey?: string): Promise<{ batchId: string; stills: Still[] }>;
  ended(batchId: string): Promise<Still[]>;
  setFaults(rules: readonly object[]): Promise<void>;
  triggerOf(name: StarName): string;
  /** How each face of all checked pictures of these stills was given, by what the sandbox drew. */
  given(stills: readonly Still[]): Promise<Given[]>;
  /** How many requests the provider has. */
  requests(): Promise<number>;
}

export async function startStillsStack(
  names: readonly StarName[],
  settings: Record<string, string> = {},
): Promise<StillsStack> {
  const world = await startTestStack({
    trainingMs: 300,
    strangers: true,
    settings: { LIKENESS_MAX_RESCUE_TRIES: '0', LIKENESS_RATE_LIMIT: '100000', ...settings },
  });
  const { urls, database } = world.stack;
  const sandbox = urls.sandbox ?? '';
  try {
    const likeness = createLikenessClient({ baseUrl: urls.api, apiKey: await demoKey(database) });
    const cast = await prepareCast(likeness, names);
    const star = (name: StarName): Star => {
      const found = cast.find((one) => one.name === name);
      if (!found) throw new Error(`${name} is not in the cast.`);
      return found;
    };

    async function ended(batchId: string): Promise<Still[]> {
      await likeness.stills.waitUntil(batchId, { timeoutMs: ENDED_WITHIN_MS });
      return (await likeness.stills.get(batchId, { limit: 100 })).stills;
    }

    return {
      ...world,
      likeness,
      cast,
      frame: (of, rest = {}) => ({
        prompt: `${of.join(' and ')} in a bar`,
        characters: of.map((name) => ({ characterId: star(name).characterId })),
        size: SIZE,
        ...rest,
      }),
      ended,
      async drawn(body, idempotencyKey) {
        const options = idempotencyKey === undefined ? {} : { idempotencyKey };
        const { batchId } = await likeness.stills.create(body, options);
        return { batchId, stills: await ended(batchId) };
      },
      async setFaults(rules) {
        const answer = await fetch(`${sandbox}/admin/faults`, { method: 'PUT', body: JSON.stringify(rules) });
        if (!answer.ok) throw new Error(`The sandbox took no faults: ${answer.status} ${await answer.text()}`);
      },
      triggerOf: (name) => star(name).trigger,
      async given(stills) {
        const drawnOf = await drawnStills(database, sandbox);
        return stills.flatMap((still) =>
          still.pictures.flatMap((picture) => {
            const people = drawnOf(still.stillId, picture.number)?.people;
            const checked = people && checkedPicture(picture, people);
            return checked ? facesGiven(checked, membersOf(still, cast)).cast : [];
          }),
        );
      },
      requests: async () => (await readBooks(sandbox)).length,
    };
  } catch (error) {
    await world.stop();
    throw error;
  }
}

/** Undefined for one that was not checked. */
function checkedPicture({ check, size }: Picture, people: CheckedPicture['people']): CheckedPicture | undefined {
  return check && { size, check, people };
}

function membersOf(still: Still, cast: readonly Star[]): TrueMember[] {
  return still.cast.map(({ characterId, place }) => ({
    characterId,
    trigger: cast.find((star) => star.characterId === characterId)?.trigger ?? '',
    order: place && 'order' in place ? place.order : undefined,
  }));
}
