// The whole house with its console, and two characters who may be drawn: what the tests of scenes stand on.

import { createLikenessClient, type LikenessClient } from '../../client/index.ts';
import { type ConsoleStack, startConsoleStack } from './console-stack.ts';
import { franck, threePhotosOf } from './photos.ts';

const MINUTE = 60_000;

export interface StillStack extends ConsoleStack {
  likeness: LikenessClient;
  /** The characters, by their names. */
  ids: { Franck: string; Audrey: string };
  /** What goes wrong in the sandbox from now on. */
  setFaults(faults: object[]): Promise<void>;
}

/** `settings`: further variables for the house's processes. */
export async function startStillStack(settings: Record<string, string> = {}): Promise<StillStack> {
  const world = await startConsoleStack(500, {
    LIKENESS_TRAINING_FIRST_POLL_MS: '1000',
    LIKENESS_TRAINING_POLL_MS: '500',
    ...settings,
  });
  const likeness = createLikenessClient({ baseUrl: world.stack.urls.api, apiKey: world.key });
  const [Franck, Audrey] = await Promise.all([
    readyCharacter(likeness, 'Franck', await franck(3)),
    readyCharacter(likeness, 'Audrey', await threePhotosOf('audrey.jpg')),
  ]);
  return {
    ...world,
    likeness,
    ids: { Franck, Audrey },
    async setFaults(faults) {
      const answer = await fetch(`${world.stack.urls.sandbox}/admin/faults`, {
        method: 'PUT',
        body: JSON.stringify(faults),
      });
      if (!answer.ok) throw new Error(`The sandbox did not take the faults: ${answer.status}`);
    },
  };
}

async function readyCharacter({ characters, photos, identities }: LikenessClient, name: string, files: Buffer[]) {
  const { id } = await characters.create({ name });
  await photos.upload(
    id,
    files.map((bytes, n) => new File([new Uint8Array(bytes)], `${name}-${n}.jpg`)),
  );
  const { identityId } = await identities.start(id);
  const { round } = await identities.waitUntil(identityId, 'awaiting_approval', {
    timeoutMs: 6 * MINUTE,
    onNeedsPerson: () => {},
  });
  await identities.decide(identityId, { verdict: 'approve', round });
  await identities.waitUntil(identityId, 'ready', { timeoutMs: 6 * MINUTE });
  return id;
}
