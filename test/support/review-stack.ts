// The whole house with its console, and identities that wait for a reviewer: what the tests of the review stand on.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { createLikenessClient, type Identity, type LikenessClient, type Stage } from '../../client/index.ts';
import { buildConsole } from '../../engine/console.mjs';
import { enginePaths } from '../../engine/paths.mjs';
import { demoApi } from '../../stack/demo-api.ts';
import { demoPhotos } from '../../stack/demo-photos.ts';
import { demoKey } from '../../stack/first-key.ts';
import { orAnyFree } from '../../stack/free-ports.ts';
import { readPorts } from '../../stack/options.ts';
import { startStack } from '../../stack/stack.ts';

const MINUTE = 60_000;
/** No network but the machine's own: what Chromium asks for by itself stays unasked. */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

export interface ReviewStack {
  likeness: LikenessClient;
  sandboxUrl: string;
  /** Starts a run from the demo's photos, and answers its id at once. */
  prepare(name: string): Promise<string>;
  reach(identityId: string, ...stages: Stage[]): Promise<Identity>;
  /** Ends the API's process the hard way, with every connection to it; it is started anew. */
  killApi(): void;
  /** A browser of its own, signed in with a key of its own, on a page of the console. */
  reviewer(hash: string): Promise<{ page: Page; context: BrowserContext; keyId: string }>;
  stop(): Promise<void>;
}

export async function startReviewStack(): Promise<ReviewStack> {
  await buildConsole();
  const folder = mkdtempSync(join(tmpdir(), 'likeness-review-'));
  const env = {
    ...process.env,
    FAL_KEY: '',
    FAL_API_KEY: '',
    LIKENESS_TRAINING_FIRST_POLL_MS: '1000',
    LIKENESS_TRAINING_POLL_MS: '500',
    // An operator is asked within seconds.
    LIKENESS_RECONCILE_PAUSE_MS: '20',
  };
  const stack = await startStack(
    { dataFolder: folder, ports: await orAnyFree(readPorts({})), env, sandboxTrainingMs: 500 },
    () => {},
  );
  const apiKey = await demoKey(stack.database);
  const likeness = createLikenessClient({ baseUrl: stack.urls.api, apiKey });
  const api = demoApi(stack.urls.api, apiKey);
  let browser: Browser | undefined;
  return {
    likeness,
    sandboxUrl: stack.urls.sandbox ?? '',
    async prepare(name) {
      const { id } = await api.createCharacter(name);
      await api.upload(id, demoPhotos(undefined));
      return (await likeness.identities.start(id)).identityId;
    },
    reach: (identityId, ...stages) =>
      likeness.identities.waitUntil(identityId, stages, { timeoutMs: 3 * MINUTE, onNeedsPerson: () => {} }),
    killApi() {
      const pid = stack.pidOf('api');
      if (pid === undefined) throw new Error('the API does not run');
      process.kill(pid, 'SIGKILL');
    },
    async reviewer(hash) {
      browser ??= await chromium.launch({ executablePath: enginePaths().chromium, args: FLAGS });
      const key = await demoKey(stack.database);
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      page.setDefaultTimeout(MINUTE);
      await page.goto(`${stack.urls.api}/#key=${key}`);
      await page.getByRole('heading', { name: 'Cast' }).waitFor();
      await page.goto(`${stack.urls.api}/${hash}`);
      return { page, context, keyId: key.split('_')[1] ?? '' };
    },
    async stop() {
      await browser?.close();
      await stack.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
    },
  };
}

/** What axe finds, as `rule: element`. */
export async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}
