// A cast of real people who are ready to be drawn on a running stack, and what is asked for and of them.

import { drawnStills, readBooks } from '../../bench/stills/drawn.ts';
import { type CheckedPicture, facesGiven, type Given, type TrueMember } from '../../bench/stills/truth.ts';
import { createLikenessClient, type LikenessClient, type Still, type StillsInput } from '../../client/index.ts';
import { demoKey } from '../../stack/first-key.ts';
import type { Stack } from '../../stack/stack.ts';
import { prepareCast, type Star, type StarName } from './still-cast.ts';

/** Smaller than the default, and large enough for faces: the sandbox draws on the same cores. */
const SIZE = { width: 960, height: 544 };
const ENDED_WITHIN_MS = 10 * 60_000;

type Frame = StillsInput['frames'][number];
type Picture = Still['pictures'][number];

export interface StillsWorld {
  likeness: LikenessClient;
  cast: Star[];
  /** These people from left to right. */
  frame(names: readonly StarName[], rest?: Partial<Frame>): Frame;
  /** Starts a batch and waits for its end; answers its stills. */
  drawn(body: StillsInput, idempotencyKey?: string): Promise<{ batchId: string; stills: Still[] }>;
  ended(batchId: string): Promise<Still[]>;
  setFaults(rules: readonly object[]): Promise<void>;
  setSandbox(settings: object): Promise<void>;
  triggerOf(name: StarName): string;
  /** How each face of all checked pictures of these stills was given, by what the sandbox drew. */
  given(stills: readonly Still[]): Promise<Given[]>;
  /** How many requests the provider has. */
  requests(): Promise<number>;
}

/** Variables for a stack whose cast is prepared in a minute. */
export const STILLS_SETTINGS = { LIKENESS_MAX_RESCUE_TRIES: '0', LIKENESS_RATE_LIMIT: '100000' };

/** On a stack whose sandbox has strangers to draw. */
export async function prepareStills(stack: Stack, names: readonly StarName[]): Promise<StillsWorld> {
  const { urls, database } = stack;
  const sandbox = urls.sandbox ?? '';
  const likeness = createLikenessClient({ baseUrl: urls.api, apiKey: await demoKey(database) });
  const cast = await prepareCast(likeness, names);
  const star = (name: StarName): Star => {
    const found = cast.find((one) => one.name === name);
    if (!found) throw new Error(`${name} is not in the cast.`);
    return found;
  };

  async function put(what: 'faults' | 'settings', body: object): Promise<void> {
    const answer = await fetch(`${sandbox}/admin/${what}`, { method: 'PUT', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`The sandbox took no ${what}: ${answer.status} ${await answer.text()}`);
  }

  async function ended(batchId: string): Promise<Still[]> {
    await likeness.stills.waitUntil(batchId, { timeoutMs: ENDED_WITHIN_MS });
    return (await likeness.stills.get(batchId, { limit: 100 })).stills;
  }

  return {
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
    setFaults: (rules) => put('faults', rules),
    setSandbox: (settings) => put('settings', settings),
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
