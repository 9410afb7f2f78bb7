// The whole house with its console, and identities that wait for a reviewer: what the tests of the review stand on.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Json } from '../../adapters/supabase/database.ts';
import { createLikenessClient, type Identity, type LikenessClient, type Stage } from '../../client/index.ts';
import { identityWorkflowId } from '../../domain/keys.ts';
import { enginePaths } from '../../engine/paths.mjs';
import { demoPhotos } from '../../stack/demo-photos.ts';
import { demoKey } from '../../stack/first-key.ts';
import { startConsoleStack } from './console-stack.ts';

const MINUTE = 60_000;

export interface ReviewStack {
  likeness: LikenessClient;
  sandboxUrl: string;
  /** Starts a run from the demo's photos, and answers its id at once. */
  prepare(name: string): Promise<string>;
  reach(identityId: string, ...stages: Stage[]): Promise<Identity>;
  /** Makes of a ready identity one as an older version left it: its scores are of v1, and Temporal has forgotten its run. */
  age(identityId: string): Promise<void>;
  /** Ends the API's process the hard way, with every connection to it; it is started anew. */
  killApi(): void;
  /** A browser of its own, signed in with a key of its own, on a page of the console. */
  reviewer(hash: string): Promise<{ page: Page; context: BrowserContext; keyId: string }>;
  stop(): Promise<void>;
}

export async function startReviewStack(): Promise<ReviewStack> {
  const house = await startConsoleStack(500, {
    LIKENESS_TRAINING_FIRST_POLL_MS: '1000',
    LIKENESS_TRAINING_POLL_MS: '500',
    // An operator is asked within seconds.
    LIKENESS_RECONCILE_PAUSE_MS: '20',
  });
  const { stack, api } = house;
  const likeness = createLikenessClient({ baseUrl: stack.urls.api, apiKey: house.key });
  return {
    likeness,
    sandboxUrl: stack.urls.sandbox ?? '',
    async prepare(name) {
      const { id } = await api.createCharacter(name);
      await api.upload(id, demoPhotos(undefined));
      return (await likeness.identities.start(id)).identityId;
    },
    reach: (identityId, ...stages) =>
      likeness.identities.waitUntil(identityId, stages, { timeoutMs: 6 * MINUTE, onNeedsPerson: () => {} }),
    async age(identityId) {
      const rows = () => stack.database.from('identities');
      const { data } = await rows().select('scores').eq('id', identityId).single().throwOnError();
      const scores: Json = { ...(data.scores as Record<string, Json>), calibration: 'v1' };
      await rows().update({ scores }).eq('id', identityId).throwOnError();
      const sets = stack.database.from('picture_sets').update({ scores }).eq('identity_id', identityId);
      await sets.neq('kind', 'retest').throwOnError();
      await promisify(execFile)(enginePaths().temporalCli, [
        ...['workflow', 'delete', '--yes', '--address', stack.temporalAddress],
        ...['--workflow-id', identityWorkflowId(identityId)],
      ]);
      const source = async () => (await likeness.identities.get(identityId)).source;
      await expect.poll(source, { timeout: 3 * MINUTE, interval: 500 }).toBe('record');
    },
    killApi() {
      const pid = stack.pidOf('api');
      if (pid === undefined) throw new Error('the API does not run');
      process.kill(pid, 'SIGKILL');
    },
    async reviewer(hash) {
      const key = await demoKey(stack.database);
      const page = await house.signedIn('', { key, viewport: { width: 1440, height: 900 } });
      await page.goto(`${stack.urls.api}/${hash}`);
      return { page, context: page.context(), keyId: key.split('_')[1] ?? '' };
    },
    stop: () => house.stop(),
  };
}
