// Scenes in a real browser against the whole house, by the storyboard app's own checklist: navigate, generate a scene
// with ready characters, verify it, compare with the reference images.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityOf } from '../support/console-stack.ts';
import { type StillStack, startStillStack } from '../support/still-stack.ts';
import { serveStoryboardPage } from '../support/storyboard-page.ts';

const MINUTE = 60_000;

let world: StillStack;
/** The page of an app that had these functions before us. */
let app: Awaited<ReturnType<typeof serveStoryboardPage>>;

beforeAll(async () => {
  app = await serveStoryboardPage();
  world = await startStillStack({ LIKENESS_CORS_ORIGINS: app.origin });
}, 15 * MINUTE);
afterAll(async () => {
  app?.close();
  await world?.stop();
}, 3 * MINUTE);
afterEach(() => world.expectClean());

const batchIdOf = (page: Page) => /#\/stills\/([^/?]+)$/.exec(page.url())?.[1] ?? '';
const generateButton = (page: Page) => page.getByRole('button', { name: 'Generate' });
const tiles = (page: Page) => page.locator('.lk-still');

/** The price is known, so it may be paid. */
const canGenerate = (page: Page) => generateButton(page).and(page.locator(':not([aria-disabled="true"])')).waitFor();

describe('a scene of two characters', () => {
  it('is put together, priced, drawn and checked face by face', async () => {
    const page = await world.signedIn();
    await page.getByRole('link', { name: 'Scenes' }).click();
    await page.getByRole('heading', { name: 'Scenes', exact: true }).waitFor();
    await page.getByText('Choose at least one character.').waitFor();
    await page.getByRole('checkbox', { name: 'Franck' }).check();
    await page.getByRole('checkbox', { name: 'Audrey' }).check();
    await page.getByLabel('What happens').fill('Franck and Audrey talk in a kitchen');
    await page.getByLabel('Variants').selectOption('2');
    await page.getByText('$0.14 to $0.42').waitFor();
    await canGenerate(page);
    expect(await accessibilityOf(page)).toEqual([]);
    expect((await world.likeness.stills.list()).items).toEqual([]);

    await generateButton(page).click();
    await tiles(page).nth(1).waitFor();
    const { batchId } = await world.likeness.stills.waitUntil(batchIdOf(page), { timeoutMs: 5 * MINUTE });
    await page.getByText('2 of 2 stills done').waitFor();
    const { stills } = await world.likeness.stills.get(batchId);
    expect(stills.map(({ cast }) => cast.map(({ name }) => name))).toEqual([
      ['Franck', 'Audrey'],
      ['Franck', 'Audrey'],
    ]);
    for (const [index, { state, pictures, best }] of stills.entries()) {
      const tile = tiles(page).nth(index);
      await tile.getByText(state === 'passed' ? 'Passed' : 'Look at it').waitFor();
      const faces = pictures.find(({ number }) => number === best)?.check?.faces ?? [];
      const scores = faces.map(({ score }) => score?.toFixed(1));
      expect(await tile.locator('.lk-faces-words').allInnerTexts()).toEqual(scores);
      expect(await tile.locator('.lk-faces-name').allInnerTexts()).toEqual(['Franck', 'Audrey']);
      expect(await tile.locator('.lk-face').count()).toBe(faces.length);
    }
    expect(await accessibilityOf(page)).toEqual([]);

    await tiles(page).nth(1).getByRole('button', { name: 'Frame 1, variant 2: show full size' }).click();
    const dialog = page.getByRole('dialog', { name: 'Frame 1, variant 2' });
    await dialog.getByRole('img', { name: 'Picture of Frame 1, variant 2' }).waitFor();
    await dialog.getByRole('button', { name: /^Franck \d/ }).waitFor();
    await dialog.getByText(stills[1]?.prompt ?? 'no prompt').waitFor();
    expect(await accessibilityOf(page)).toEqual([]);
    await page.context().close();
  });
});

it(
  'the old call of a storyboard app runs in its page, with its arguments in their order',
  async () => {
    const ready = await Promise.all(Object.values(world.ids).map((id) => world.likeness.characters.get(id)));
    const characterIdentities = ready.map(({ identity: { technologyData } }) => ({
      loraUrl: technologyData?.falCharacterId ?? '',
      scale: (technologyData?.referenceStrength || 80) / 100,
    }));
    const page = await world.browser.newPage();
    await page.goto(app.origin);
    const drawn = await page.evaluate(
      async ({ baseUrl, apiKey, characterIdentities }) => {
        const script = globalThis as unknown as { app: typeof import('../support/storyboard-for-pages.ts') };
        const { createLikenessClient, storyboardOf } = script.app;
        const { generateStillVariants } = storyboardOf(createLikenessClient({ baseUrl, apiKey }));
        const progress: number[] = [];
        const { urls, errors } = await generateStillVariants(
          'frame-7',
          'flux-pro',
          'Franck and Audrey argue on the quay',
          [],
          [],
          '16:9',
          1,
          undefined,
          [],
          ['Franck', 'Audrey'],
          'an old harbour',
          (_index, percent) => progress.push(percent),
          { projectId: 'p-1', userId: 'u-1', sceneId: 's-4', frameId: 'frame-7' },
          characterIdentities,
        );
        const picture = new Image();
        picture.src = urls[0] ?? '';
        await picture.decode();
        return { errors, progress, width: picture.naturalWidth, height: picture.naturalHeight };
      },
      { baseUrl: world.stack.urls.api, apiKey: world.key, characterIdentities },
    );
    await page.close();
    expect(drawn).toMatchObject({ errors: [null], width: 1328, height: 752 });
    expect(drawn.progress.at(-1)).toBe(100);
    const { items } = await world.likeness.stills.list({ limit: 1 });
    const { stills } = await world.likeness.stills.get(items[0]?.batchId ?? '');
    expect(stills).toMatchObject([
      { frameId: 'frame-7', state: 'passed', cast: [{ name: 'Franck' }, { name: 'Audrey' }] },
    ]);
  },
  8 * MINUTE,
);
