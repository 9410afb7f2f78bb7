// The runs that wait for a person, with their states: those that have waited longest first.

import { useQuery } from '@tanstack/react-query';
import type { Character, Identity, IdentityItem, LikenessClient, Stage } from '../../client/index.ts';
import { useLikeness } from '../../react/state/likeness-provider.tsx';

/** Milliseconds between two looks: these runs wait for hours. */
const POLL_MS = 5000;
const PAGE = 100;
/** As many as an operator looks at in one go; the oldest of them. */
const MOST_SHOWN = 25;

export interface WaitingRun {
  identity: Identity;
  character: Character;
}

/** A payment whose fate an operator has to find out, and where it belongs. */
export interface WaitingCall {
  identityId: string;
  characterName: string;
  call: Identity['unclear'][number];
  temporal: string | undefined;
}

/** The unclear payments of runs and of tests on request that wait for an operator. */
export function useUnclearCalls() {
  const client = useLikeness();
  return useQuery({
    queryKey: ['likeness', 'waiting', 'unclear'],
    queryFn: () => unclearCalls(client),
    refetchInterval: POLL_MS,
  });
}

async function unclearCalls(client: LikenessClient): Promise<WaitingCall[]> {
  const [runs, tests] = await Promise.all([waitingRuns(client, 'needs_operator'), waitingTests(client)]);
  const ofRuns = runs.flatMap(({ identity, character }) =>
    identity.unclear.map((call) => ({
      identityId: identity.identityId,
      characterName: character.name,
      call,
      temporal: identity.links.temporal,
    })),
  );
  return [...ofRuns, ...tests].toSorted((a, b) => a.call.postedAt.localeCompare(b.call.postedAt));
}

async function waitingTests(client: LikenessClient): Promise<WaitingCall[]> {
  const { items } = await client.tests.list({ state: 'needs_operator', limit: MOST_SHOWN });
  const calls = await Promise.all(
    items.map(async ({ identityId, unclear, links }) => {
      const { characterId } = await client.identities.get(identityId);
      const { name: characterName } = await client.characters.get(characterId);
      return unclear.map((call) => ({ identityId, characterName, call, temporal: links.temporal }));
    }),
  );
  return calls.flat();
}

export function useWaiting(stage: Stage) {
  const client = useLikeness();
  return useQuery({
    queryKey: ['likeness', 'waiting', stage],
    queryFn: () => waitingRuns(client, stage),
    refetchInterval: POLL_MS,
  });
}

async function waitingRuns(client: LikenessClient, stage: Stage): Promise<WaitingRun[]> {
  // The list is newest first, and only the state tells since when a run waits.
  const oldest = (await allItems(client, stage)).toReversed().slice(0, MOST_SHOWN);
  const runs = await Promise.all(oldest.map((item) => waitingRun(client, item)));
  // The list follows the run with a little delay.
  return runs
    .filter(({ identity }) => identity.stage === stage)
    .toSorted((a, b) => a.identity.stageSince.localeCompare(b.identity.stageSince));
}

async function allItems(client: LikenessClient, stage: Stage): Promise<IdentityItem[]> {
  const items: IdentityItem[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await client.identities.list({ stage, limit: PAGE, ...(cursor ? { cursor } : {}) });
    items.push(...page.items);
    cursor = page.nextCursor;
    if (!cursor) return items;
  }
}

async function waitingRun(client: LikenessClient, { identityId, characterId }: IdentityItem): Promise<WaitingRun> {
  const [identity, character] = await Promise.all([
    client.identities.get(identityId),
    client.characters.get(characterId),
  ]);
  return { identity, character };
}
