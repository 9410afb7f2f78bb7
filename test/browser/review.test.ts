// Reviews in a real browser against the whole house: by keyboard alone, and by two people at once.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALIBRATION } from '../../domain/score.ts';
import { accessibilityOf } from '../support/console-stack.ts';
import { type ReviewStack, startReviewStack } from '../support/review-stack.ts';

const MINUTE = 60_000;

let house: ReviewStack;
let approved: string;
let rejected: string;
let one: string;
let another: string;

beforeAll(async () => {
  house = await startReviewStack();
  const names = ['Captain Mara', 'The Gardener', 'The Pilot', 'Doctor Voss'];
  const ids = await Promise.all(names.map((name) => house.prepare(name)));
  [approved = '', rejected = '', one = '', another = ''] = ids;
  await Promise.all(ids.map((id) => house.reach(id, 'awaiting_approval')));
}, 10 * MINUTE);
afterAll(() => house?.stop(), 3 * MINUTE);

/** The type of the test whose picture button has the focus. */
const focusedTest = (page: Page) =>
  page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-type]')?.dataset.type);
const shownScores = async (page: Page) => (await page.locator('.lk-tile [data-score]').allInnerTexts()).map(Number);

describe('a review by keyboard alone', () => {
  it('looks at the images, worst first, in full size beside the references, and approves', async () => {
    const { page } = await house.reviewer(`#/identities/${approved}`);
    await page.locator('.lk-tile img').nth(4).waitFor();
    const scores = await shownScores(page);
    expect(scores).toHaveLength(5);
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    expect(await accessibilityOf(page)).toEqual([]);

    await page.keyboard.press('ArrowRight');
    const first = await focusedTest(page);
    await page.keyboard.press('ArrowRight');
    const second = await focusedTest(page);
    expect(new Set([first, second, undefined]).size).toBe(3);

    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.locator(`[data-type="${second}"] img`).waitFor();
    // Beside it lies the reference that its score is made of; the nearest and the farthest are a key away.
    const { images, references } = await house.likeness.identities.get(approved);
    const score = images.find(({ type }) => type === second)?.score;
    const compared = score?.state === 'scored' ? score.compared : undefined;
    const placeOf = (photoId: string | undefined) => references.findIndex((one) => one.photoId === photoId);
    const beside = (place: number) =>
      dialog.getByRole('img', { name: `Reference photo ${(place % 5) + 1} of 5` }).waitFor();
    const [nearest, median, farthest] = [compared?.nearest, compared?.median, compared?.farthest];
    await beside(placeOf(median?.photoId));
    await page.keyboard.press('ArrowDown');
    await beside(placeOf(median?.photoId) + 1);
    for (const [name, which] of Object.entries({ Nearest: nearest, Farthest: farthest })) {
      const button = dialog.getByRole('button', { name: new RegExp(`^${name}`) });
      expect(await button.textContent()).toContain(`distance ${which?.distance.toFixed(2)}`);
      await button.focus();
      await page.keyboard.press('Enter');
      await beside(placeOf(which?.photoId));
      expect(await button.getAttribute('aria-pressed')).toBe('true');
    }
    expect(nearest?.distance).toBeLessThanOrEqual(median?.distance ?? 0);
    expect(median?.distance).toBeLessThanOrEqual(farthest?.distance ?? 0);
    await page.keyboard.press('ArrowLeft');
    await dialog.locator(`[data-type="${first}"] img`).waitFor();
    await dialog.getByText('Image 1 of 5').waitFor();
    expect(await accessibilityOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await page.keyboard.press('a');
    await page.getByRole('dialog', { name: 'Approve round 1?' }).waitFor();
    expect(await accessibilityOf(page)).toEqual([]);
    await page.keyboard.press('Enter');

    await page.getByRole('heading', { name: /What was approved/ }).waitFor();
    const { lora, decisions } = await house.reach(approved, 'ready');
    await page.getByText(lora?.sha256 ?? 'no LoRA').waitFor();
    // What whoever draws with it has to write, and what it was tested by.
    await page.getByText(/^lk[a-z]{6} person$/).waitFor();
    await page.getByText('suite-2', { exact: true }).waitFor();
    expect(decisions.map(({ decision }) => decision)).toMatchObject([{ verdict: 'approve', round: 1, via: 'update' }]);
    expect(await accessibilityOf(page)).toEqual([]);
  });

  it('retires the version after asking, and makes it current again', async () => {
    const { characterId } = await house.likeness.identities.get(approved);
    const { page } = await house.reviewer(`#/identities/${approved}`);
    const versions = page.getByRole('region', { name: 'Versions' });
    await versions.getByText('Current', { exact: true }).waitFor();
    await versions.getByRole('button', { name: 'Retire version 1' }).click();
    expect((await house.likeness.characters.versions(characterId)).current).toBe(1);
    await versions.getByRole('button', { name: 'Retire it' }).click();
    await versions.getByText('No version is current.').waitFor();
    await versions.getByText('Retired', { exact: true }).waitFor();
    expect((await house.likeness.characters.get(characterId)).identity).toMatchObject({ status: 'none' });
    expect(await accessibilityOf(page)).toEqual([]);
    await versions.getByRole('button', { name: 'Make version 1 current' }).click();
    await versions.getByText('Current', { exact: true }).waitFor();
    expect((await house.likeness.characters.get(characterId)).identity).toMatchObject({ status: 'ready', version: 1 });
  });

  it('shows the references, and tests again, when all photos were deleted', async () => {
    const { characterId } = await house.likeness.identities.get(approved);
    const { items } = await house.likeness.photos.list(characterId);
    for (const { photoId } of items) await house.likeness.photos.delete(photoId);
    const { page } = await house.reviewer(`#/identities/${approved}`);
    const references = page.getByRole('complementary', { name: 'Reference photos' }).getByRole('img');
    await references.nth(4).waitFor();
    const drawn = await references.evaluateAll((all) =>
      all.map((image) => image instanceof HTMLImageElement && image.naturalWidth > 0),
    );
    expect(drawn).toEqual(Array(5).fill(true));

    await house.likeness.identities.test(approved, { types: ['portrait'] });
    const newest = async () => (await house.likeness.identities.tests(approved)).items[0];
    await expect.poll(async () => (await newest())?.state, { timeout: 3 * MINUTE, interval: 500 }).toBe('done');
    expect((await newest())?.images.map(({ score }) => score?.state)).toEqual(['scored']);
  });

  it(
    'scores of an older version are shown as such, and one click scores the same images again for nothing',
    async () => {
      await house.age(approved);
      const paid = async () => (await house.likeness.ledger.list({ identityId: approved })).items.length;
      const before = await paid();
      const { page } = await house.reviewer(`#/identities/${approved}`);
      await page.getByText('Scored by an older version (v1)').waitFor();
      const round = page.locator('.lk-gallery');
      await round.locator('[data-older="v1"]').nth(4).waitFor();
      expect(await round.getByText(/target$/).allTextContents()).toEqual([]);
      expect(await accessibilityOf(page)).toEqual([]);

      await page.getByRole('button', { name: 'Score again for free' }).click();
      const rescored = async () => (await house.likeness.identities.rescored(approved)).state;
      await expect.poll(rescored, { timeout: 2 * MINUTE, interval: 500 }).toBe('done');
      await page.getByText(`Scored again by ${CALIBRATION.version}`).waitFor();
      await round
        .getByText(/^v1 gave/)
        .nth(4)
        .waitFor();
      await round.getByText('On target').first().waitFor();
      const { state, sets } = await house.likeness.identities.rescored(approved);
      expect(state).toBe('done');
      expect(sets[0]?.scores).toMatchObject({ calibration: CALIBRATION.version, passed: true });
      // Nothing was paid, and what was approved is what it was.
      expect(await paid()).toBe(before);
      expect((await house.likeness.identities.get(approved)).scores).toMatchObject({ calibration: 'v1' });

      await page.emulateMedia({ colorScheme: 'dark' });
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await accessibilityOf(page)).toEqual([]);
      const { scrollWidth, clientWidth } = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return { scrollWidth, clientWidth };
      });
      expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
    },
    5 * MINUTE,
  );

  it('rejects with a reason and gets new images; letters of the reason decide nothing', async () => {
    const before = await house.likeness.identities.get(rejected);
    const { page } = await house.reviewer(`#/identities/${rejected}`);
    await page
      .locator('.lk-tile img')
      .nth(before.images.length - 1)
      .waitFor();
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog', { name: 'Reject round 1' });
    await dialog.getByText('about $0.35').waitFor();
    await dialog.getByText('about $2.35').waitFor();
    expect(await accessibilityOf(page)).toEqual([]);

    // From the dialog itself: close button, choices, reason, two buttons.
    const reason = dialog.getByLabel('Reason');
    for (let tabs = 0; tabs < 6; tabs++) {
      if (await reason.evaluate((field) => field === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.type('A rather narrow nose');
    expect(await reason.inputValue()).toBe('A rather narrow nose');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });

    await page.locator('dt:text-is("Round") + dd:text-is("2")').waitFor();
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    const after = await house.likeness.identities.get(rejected);
    expect(after).toMatchObject({ round: 2, stage: 'awaiting_approval' });
    expect(after.images.map(({ imageId }) => imageId)).not.toEqual(before.images.map(({ imageId }) => imageId));
    await page.getByText('A rather narrow nose').waitFor();
    // The keys go on working on the new round, wherever the old one left the focus.
    await page.keyboard.press('a');
    await page.getByRole('dialog', { name: 'Approve round 2?' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('a page that is not touched shows what happens elsewhere, also after its connection broke', async () => {
    const { page } = await house.reviewer(`#/identities/${rejected}`);
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    house.killApi();
    await expect.poll(() => house.likeness.ready().catch(() => undefined), { timeout: 3 * MINUTE }).toBeDefined();
    const decision = { round: 2, verdict: 'reject', next: 'abandon', reason: 'Not her' } as const;
    await house.likeness.identities.decide(rejected, decision);
    await page.getByText('Rejected by a reviewer').waitFor();
    await page.getByText('Somebody else decided').waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  });
});

describe('two reviewers at once', () => {
  it('the one who comes second is told who decided what, and sees the newest state', async () => {
    const hash = `#/identities/${one}`;
    const [quick, slow] = [await house.reviewer(hash), await house.reviewer('#/')];
    // The second one's page has no stream of events, and after its first look hears nothing until its own decision is sent.
    let looks = 1;
    await slow.page.route(`**/v1/identities/${one}**`, async (route) => {
      const request = route.request();
      if (request.method() === 'GET') {
        return request.url().endsWith('/events') || looks-- <= 0 ? route.abort() : route.continue();
      }
      const response = await route.fetch();
      looks = Number.POSITIVE_INFINITY;
      return route.fulfill({ response });
    });
    await slow.page.evaluate((to) => {
      location.hash = to;
    }, hash);
    await Promise.all([quick, slow].map(({ page }) => page.getByRole('button', { name: 'Approve' }).waitFor()));

    await quick.page.getByRole('button', { name: 'Approve' }).click();
    await quick.page.getByRole('button', { name: 'Approve identity' }).click();
    await quick.page.getByRole('heading', { name: /What was approved/ }).waitFor();

    await slow.page.getByRole('button', { name: 'Reject' }).click();
    await slow.page.getByRole('button', { name: 'Reject and regenerate' }).click();
    const notice = slow.page.getByRole('alert').filter({ hasText: 'Your decision was not taken' });
    await notice.waitFor();
    const decided = (await house.likeness.identities.get(one)).decisions;
    expect(decided).toHaveLength(1);
    await notice.getByText(decided[0]?.decision.by ?? 'nobody').waitFor();
    await notice.getByText('approved in round 1').waitFor();
    await slow.page.getByRole('heading', { name: /What was approved/ }).waitFor();
    expect(await slow.page.getByRole('dialog').count()).toBe(0);
    expect(await accessibilityOf(slow.page)).toEqual([]);
  });

  it('a decision that comes in behind an open dialog closes it, and is told', async () => {
    const { page } = await house.reviewer(`#/identities/${another}`);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('dialog', { name: 'Approve round 1?' }).waitFor();
    await house.likeness.identities.decide(another, { round: 1, verdict: 'reject', next: 'regenerate' });
    const notice = page.getByRole('alert').filter({ hasText: 'Somebody else decided' });
    await notice.getByText('rejected and asked for new images in round 1').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    // The next round is another one: nothing that was begun for the first reaches it.
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    expect((await house.likeness.identities.get(another)).round).toBe(2);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await notice.getByRole('button', { name: 'Understood' }).click();
    await notice.waitFor({ state: 'detached' });
  });
});
