// Testing an identity that is ready again, in a real browser against the whole house.

import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import { accessibilityOf } from '../support/console-stack.ts';
import { GENERATOR } from '../support/models.ts';
import { type ReviewStack, startReviewStack } from '../support/review-stack.ts';

const MINUTE = 60_000;

let house: ReviewStack;
let ready: string;

beforeAll(async () => {
  house = await startReviewStack();
  ready = await house.prepare('Captain Mara');
  const { round } = await house.reach(ready, 'awaiting_approval');
  await house.likeness.identities.decide(ready, { round, verdict: 'approve' });
  await house.reach(ready, 'ready');
}, 10 * MINUTE);
afterAll(() => house?.stop(), 3 * MINUTE);

/** How many images the sandbox was asked for, told by itself. */
async function imagesInBooks(): Promise<number> {
  const answer = await fetch(`${house.sandboxUrl}/admin/books`);
  const { entries } = (await answer.json()) as { entries: { endpoint: string }[] };
  return entries.filter(({ endpoint }) => endpoint === GENERATOR.endpoint).length;
}

async function setFaults(...faults: object[]): Promise<void> {
  const answer = await fetch(`${house.sandboxUrl}/admin/faults`, { method: 'PUT', body: JSON.stringify(faults) });
  expect(answer.status).toBeLessThan(300);
}

const section = (page: Page) => page.getByRole('region', { name: 'Test again' });
const oneType = (page: Page) => section(page).getByRole('group', { name: 'One type alone, $0.07 each' });
const testOf = (page: Page, number: number) => section(page).locator(`[data-test="${number}"]`);

/** The images of a test, without the references that are shown below each. */
const madeIn = (test: Locator) => test.locator('[data-type] button img');

it('one type, pressed twice, is made once; then all five', async () => {
  const before = await imagesInBooks();
  const { page } = await house.reviewer(`#/identities/${ready}`);
  await section(page).getByText('Not tested again yet.').waitFor();
  await section(page).getByText('All five types: $0.35.').waitFor();
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith(`/${ready}/tests`)) asked.push(request.method());
  });

  await oneType(page).getByRole('button', { name: 'Portrait' }).dblclick();
  await testOf(page, 1).locator('[data-type="portrait"] [data-score]').waitFor();
  await madeIn(testOf(page, 1)).waitFor();
  await section(page).getByRole('status').filter({ hasText: 'Test 1 is done.' }).waitFor();
  expect(await testOf(page, 1).locator('[data-type]').count()).toBe(1);
  expect(await imagesInBooks()).toBe(before + 1);
  expect(await accessibilityOf(page)).toEqual([]);

  await section(page).getByRole('button', { name: 'Generate All Tests (5 variations)' }).click();
  await section(page).getByText('Test 2 is running').waitFor();
  const portrait = oneType(page).getByRole('button', { name: 'Portrait' });
  expect(await portrait.getAttribute('aria-disabled')).toBe('true');
  expect(await portrait.getAttribute('title')).toBe('Not now: test 2 is running.');
  await section(page).getByRole('status').filter({ hasText: 'Test 2 is done.' }).waitFor();
  await madeIn(testOf(page, 2))
    .nth(TEST_TYPES.length - 1)
    .waitFor();
  await testOf(page, 2).getByText('Average similarity').waitFor();
  expect(await portrait.getAttribute('aria-disabled')).toBe(null);
  expect(await imagesInBooks()).toBe(before + 6);
  expect(await accessibilityOf(page)).toEqual([]);

  // Nobody asks for news of tests that have ended.
  const askedUntilNow = asked.length;
  await page.waitForTimeout(5000);
  expect(asked.slice(askedUntilNow)).toEqual([]);
});

it('an image of a test is looked at in full size beside the references, by keyboard', async () => {
  const { page } = await house.reviewer(`#/identities/${ready}`);
  const newest = testOf(page, 2);
  await madeIn(newest).first().waitFor();
  await newest.getByRole('button', { name: 'Portrait: show full size' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Full body beside the references' });
  await dialog
    .getByRole('img', { name: /^Reference photo \d of 5/ })
    .first()
    .waitFor();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('dialog').getByText('Image 3 of 5').waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  // Older tests show their images on demand.
  expect(await testOf(page, 1).locator('img').count()).toBe(0);
  await page.getByRole('button', { name: 'Show images of test 1' }).click();
  await madeIn(testOf(page, 1)).waitFor();
});

it('a test that somebody else began stands in the way, and is told with its end', async () => {
  const { page } = await house.reviewer(`#/identities/${ready}`);
  const profile = oneType(page).getByRole('button', { name: 'Profile' });
  await profile.and(page.locator(':not([aria-disabled])')).waitFor();
  await setFaults({ fault: 'stuck_in_queue', endpoint: GENERATOR.endpoint });
  await house.likeness.identities.test(ready, { types: ['lighting'] });
  await profile.click();
  await section(page).getByRole('alert').getByText('Test 3 of this identity is running.').waitFor();
  await testOf(page, 3).getByText('Being made…').waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  await setFaults();
  await section(page).getByRole('status').filter({ hasText: 'Test 3 is done.' }).waitFor();
  expect(await section(page).getByRole('alert').count()).toBe(0);
});

it('an image that cannot be made says why, and what the budget refuses is said before anything is paid', async () => {
  const { page } = await house.reviewer(`#/identities/${ready}`);
  await setFaults({ fault: 'result_422', endpoint: GENERATOR.endpoint });
  await oneType(page).getByRole('button', { name: 'Expression' }).click();
  await section(page).getByRole('status').filter({ hasText: 'Test 4 could not be finished.' }).waitFor();
  const { items } = await house.likeness.identities.tests(ready);
  const message = items[0]?.failedImages[0]?.message ?? 'no message';
  await testOf(page, 4).locator('[data-state="failed"]').getByText(message).waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  await setFaults();

  const paid = await imagesInBooks();
  await house.likeness.budget.set(0);
  await section(page).getByRole('button', { name: 'Generate All Tests (5 variations)' }).click();
  await section(page).getByRole('alert').getByText('The budget does not allow this').waitFor();
  await house.likeness.budget.set(null);
  expect(await imagesInBooks()).toBe(paid);
});

it('a test whose answer was lost is not paid again by pressing again', async () => {
  const { page } = await house.reviewer(`#/identities/${ready}`);
  const lighting = oneType(page).getByRole('button', { name: 'Lighting' });
  await lighting.and(page.locator(':not([aria-disabled])')).waitFor();
  const paid = await imagesInBooks();
  const tested = (await house.likeness.identities.tests(ready)).items.length;
  let posted = 0;
  // What is sent arrives; no answer does, to nothing.
  await page.route(`**/v1/identities/${ready}/tests`, async (route) => {
    if (route.request().method() === 'POST') {
      posted += 1;
      await route.fetch();
    }
    return route.abort();
  });
  await lighting.click();
  await section(page).getByRole('alert').first().getByText('gave no answer').waitFor();
  const ended = async () => (await house.likeness.identities.tests(ready)).items[0]?.state;
  await expect.poll(ended, { timeout: 3 * MINUTE }).toBe('done');
  expect(posted).toBeGreaterThan(0);
  await page.unroute(`**/v1/identities/${ready}/tests`);
  await lighting.click();
  await testOf(page, tested + 1)
    .locator('[data-type="lighting"] [data-score]')
    .waitFor();
  expect(await imagesInBooks()).toBe(paid + 1);
  expect((await house.likeness.identities.tests(ready)).items).toHaveLength(tested + 1);
});
