// "Choose from generated images" in the modal, in a real browser: by keyboard alone, and kept as what it is.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createLikenessClient, type LikenessClient } from '../../client/index.ts';
import { demoPhotos } from '../../stack/demo-photos.ts';
import { accessibilityOf, type ConsoleStack, canStart, startConsoleStack } from '../support/console-stack.ts';

const MINUTE = 60_000;

let world: ConsoleStack;
let likeness: LikenessClient;
beforeAll(async () => {
  world = await startConsoleStack(500, {
    LIKENESS_TRAINING_FIRST_POLL_MS: '1000',
    LIKENESS_TRAINING_POLL_MS: '500',
  });
  likeness = createLikenessClient({ baseUrl: world.stack.urls.api, apiKey: world.key });
}, 10 * MINUTE);
afterAll(() => world?.stop(), 3 * MINUTE);
afterEach(() => world.expectClean());

const picker = (page: Page) => page.getByRole('dialog', { name: 'Choose from generated images' });
const open = (page: Page) => page.getByRole('button', { name: 'Choose from generated images' });

it('a test image is chosen by keyboard, judged beside the photos, and stored as a generated one', async () => {
  const { id } = await world.api.createCharacter('Franck');
  await world.api.upload(id, demoPhotos(undefined).slice(0, 2));
  await world.api.upload(id, demoPhotos(undefined).slice(2, 3));
  const { identityId } = await likeness.identities.start(id);
  const waiting = await likeness.identities.waitUntil(identityId, 'awaiting_approval', { timeoutMs: 6 * MINUTE });
  await likeness.identities.decide(identityId, { round: waiting.round, verdict: 'reject', next: 'abandon' });
  await likeness.identities.waitUntil(identityId, 'rejected', { timeoutMs: MINUTE });
  const { items } = await likeness.characters.pictures(id);
  expect(items.length).toBeGreaterThanOrEqual(5);

  const page = await world.signedIn();
  await page.getByRole('button', { name: 'Prepare Identity of Franck', exact: true }).click();
  await page.getByRole('button', { name: 'Start again' }).click();
  await page.getByText('3 photos can be used.').waitFor();
  await open(page).focus();
  await page.keyboard.press('Enter');
  const boxes = picker(page).getByRole('checkbox');
  await boxes.first().waitFor();
  expect(await boxes.count()).toBe(items.length);
  await picker(page)
    .locator('img')
    .nth(items.length - 1)
    .waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await accessibilityOf(page)).toEqual([]);

  // A reader hears what each picture is; the keys alone choose one.
  const portrait = picker(page)
    .getByRole('checkbox', { name: /^Portrait, test image/ })
    .first();
  while (!(await portrait.evaluate((box) => box === document.activeElement))) await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  expect(await portrait.isChecked()).toBe(true);
  const add = picker(page).getByRole('button', { name: 'Add 1 image', exact: true });
  while (!(await add.evaluate((button) => button === document.activeElement))) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await picker(page).waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.textContent === 'Choose from generated images');

  const tile = page.getByRole('listitem').filter({ hasText: 'Portrait, test image' });
  await tile.getByText(/^(Good|Usable)$/).waitFor();
  await page.getByText('4 photos can be used.').waitFor();
  await page.getByRole('checkbox').check();
  await canStart(page.getByRole('button', { name: 'Prepare Identity', exact: true }));
  const photos = (await likeness.photos.list(id)).items;
  expect(photos.map(({ origin }) => origin.kind)).toEqual(['uploaded', 'uploaded', 'uploaded', 'generated']);
  expect(photos[3]?.origin).toMatchObject({ pictureId: expect.stringMatching(/^[0-9a-f-]{36}$/) });

  // What is among the photos is not offered again.
  await open(page).click();
  await picker(page).getByText('already chosen').waitFor();
  expect(
    await picker(page)
      .getByRole('checkbox', { name: /already chosen/ })
      .isDisabled(),
  ).toBe(true);
  await page.keyboard.press('Escape');
  await picker(page).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Prepare Identity', exact: true }).waitFor();
  await page.context().close();
});

it('a character of which nothing was generated says what comes there', async () => {
  await world.api.createCharacter('Blank');
  const page = await world.signedIn('', { viewport: { width: 390, height: 844 } });
  await page.getByRole('button', { name: 'Prepare Identity of Blank', exact: true }).click();
  await open(page).click();
  await picker(page).getByText('No image was generated of this character yet.').waitFor();
  expect(await picker(page).getByRole('button', { name: 'Add images' }).getAttribute('aria-disabled')).toBe('true');
  expect(await accessibilityOf(page)).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  await page.context().close();
});
