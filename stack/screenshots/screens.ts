// The screens, each with the steps to it.

import type { Page } from 'playwright-core';
import type { Cast } from './cast.ts';
import { drawnFiles } from './drawn-answers.ts';

const TRAINED_MS = 130_000;
const USUAL_TRAINING = { trainingSeconds: 230, basedOn: 'past_runs' };

interface Stage {
  page: Page;
  cast: Cast;
}

export interface Screen {
  name: string;
  show(stage: Stage): Promise<void>;
  /** The whole page, and not only its first view. */
  whole?: boolean;
}

async function open({ page, cast }: Stage, hash: string): Promise<void> {
  await page.goto(`${cast.url}/#key=${cast.key}`);
  await page.getByRole('heading', { name: 'Cast', exact: true }).waitFor();
  await page.goto(`${cast.url}/${hash}`);
}

async function openReview(stage: Stage, id: keyof Cast['ids'] = 'review'): Promise<void> {
  await open(stage, `#/identities/${stage.cast.ids[id]}`);
  await stage.page.locator('.lk-tile img').nth(4).waitFor();
  await stage.page.locator('.lk-references img').nth(4).waitFor();
}

/** The sandbox trains in a second, and this run waits in its queue: the page is shown the times of a usual training. */
async function showUsualTraining({ page, cast }: Stage): Promise<void> {
  const path = `**/v1/identities/${cast.ids.training}`;
  await page.route(`${path}/events`, (route) => route.abort());
  await page.route(path, async (route) => {
    const identity = await cast.likeness.identities.get(cast.ids.training);
    const stageSince = new Date(Date.now() - TRAINED_MS).toISOString();
    await route.fulfill({ json: { ...identity, stageSince, expected: USUAL_TRAINING } });
  });
}

export const SCREENS: readonly Screen[] = [
  {
    name: 'sign-in',
    async show({ page, cast }) {
      await page.goto(cast.url);
      await page.getByLabel('API key').waitFor();
    },
  },
  {
    name: 'cast',
    async show(stage) {
      await open(stage, '#/');
      await stage.page.locator('.lk-card img').nth(3).waitFor();
    },
  },
  {
    name: 'prepare',
    async show(stage) {
      const { page, cast } = stage;
      await page.route('**/v1/estimate', async (route) =>
        route.fulfill({ json: { ...(await cast.likeness.identities.estimate()), expected: USUAL_TRAINING } }),
      );
      await open(stage, '#/');
      await page.getByRole('button', { name: 'Prepare Identity of The Singer' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.locator('input[type="file"]').setInputFiles(await drawnFiles('The Singer'));
      await dialog.getByText('5 photos can be used.').waitFor();
    },
  },
  {
    name: 'training',
    async show(stage) {
      await showUsualTraining(stage);
      await open(stage, '#/');
      await stage.page.getByRole('button', { name: 'View progress of Doctor Voss' }).click();
      await stage.page.getByRole('dialog').getByText('Training character with fal LoRA…').first().waitFor();
    },
  },
  { name: 'review', show: (stage) => openReview(stage), whole: true },
  {
    name: 'full-size',
    async show(stage) {
      await openReview(stage);
      await stage.page.getByRole('button', { name: 'Portrait: show full size' }).click();
      await stage.page.getByRole('dialog').locator('img').nth(1).waitFor();
    },
  },
  {
    name: 'approve',
    async show(stage) {
      await openReview(stage);
      await stage.page.keyboard.press('a');
      await stage.page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'reject',
    async show(stage) {
      await openReview(stage);
      await stage.page.keyboard.press('r');
      await stage.page.getByText('about $0.35').waitFor();
    },
  },
  {
    name: 'strengths',
    async show(stage) {
      await openReview(stage, 'rescued');
      const { page } = stage;
      await page.getByRole('button', { name: 'Show images side by side' }).click();
      await page.locator('.lk-side-by-side img').nth(9).waitFor();
      await page.getByRole('heading', { name: 'Strength comparison' }).evaluate((heading) => heading.scrollIntoView());
    },
  },
  {
    name: 'approved',
    async show(stage) {
      await openReview(stage, 'ready');
      await stage.page.getByRole('button', { name: 'Hide images of test 2' }).click();
      await stage.page.evaluate(() => scrollTo(0, 0));
    },
    whole: true,
  },
  {
    name: 'test-again',
    async show(stage) {
      await openReview(stage, 'ready');
      const section = stage.page.getByRole('region', { name: 'Test again' });
      await section.locator('.lk-tile img').nth(4).waitFor();
      await section.evaluate((one) => one.scrollIntoView());
    },
  },
  {
    name: 'operations',
    whole: true,
    async show(stage) {
      await open(stage, '#/operations');
      await stage.page.getByRole('button', { name: 'Settle the training of The Stranger' }).waitFor();
      await stage.page.getByRole('link', { name: 'Review Captain Mara' }).waitFor();
    },
  },
  {
    name: 'settle',
    async show(stage) {
      await open(stage, '#/operations');
      await stage.page.getByRole('button', { name: 'Settle the training of The Stranger' }).click();
      await stage.page.getByRole('dialog').waitFor();
    },
  },
];
