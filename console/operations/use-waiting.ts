// The runs that wait for a person, with their states: those that have waited longest first.

import { useQuery } from '@tanstack/react-query';
import type { Character, Identity, IdentityItem, LikenessClient, Stage } from '../../client/index.ts';
import { useLikeness } from '../state/likeness-provider.tsx';

/** Milliseconds between two looks: these runs wait for hours. */
const LOOK_MS = 5000;
const PAGE = 100;
/** As many as an operator looks at in one go; the oldest of them. */
const MOST_SHOWN = 25;

export interface WaitingRun {
  identity: Identity;
  character: Character;
}

export function useWaiting(stage: Stage) {
  const client = useLikeness();
  return useQuery({
    queryKey: ['likeness', 'waiting', stage],
    queryFn: () => waitingRuns(client, stage),
    refetchInterval: LOOK_MS,
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
