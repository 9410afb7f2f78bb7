// A review without a mouse, in a real browser against the whole house.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReviewStack, startReviewStack, violations } from '../support/review-stack.ts';

const MINUTE = 60_000;

let house: ReviewStack;
let approved: string;
let rejected: string;

beforeAll(async () => {
  house = await startReviewStack();
  [approved, rejected] = await Promise.all([house.prepare('Captain Mara'), house.prepare('The Gardener')]);
  await Promise.all([approved, rejected].map((id) => house.reach(id, 'awaiting_approval')));
}, 6 * MINUTE);
afterAll(() => house?.stop(), MINUTE);

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
    expect(await violations(page)).toEqual([]);

    await page.keyboard.press('ArrowRight');
    const first = await focusedTest(page);
    await page.keyboard.press('ArrowRight');
    const second = await focusedTest(page);
    expect(new Set([first, second, undefined]).size).toBe(3);

    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.locator(`[data-type="${second}"] img`).waitFor();
    await dialog.getByRole('img', { name: 'Reference photo 1 of 5' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await dialog.getByRole('img', { name: 'Reference photo 2 of 5' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await dialog.locator(`[data-type="${first}"] img`).waitFor();
    await dialog.getByText('Image 1 of 5').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await page.keyboard.press('a');
    await page.getByRole('dialog', { name: 'Approve round 1?' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Enter');

    await page.getByRole('heading', { name: /What was approved/ }).waitFor();
    const { lora, decisions } = await house.reach(approved, 'ready');
    await page.getByText(lora?.sha256 ?? 'no LoRA').waitFor();
    expect(decisions.map(({ decision }) => decision)).toMatchObject([{ verdict: 'approve', round: 1, via: 'update' }]);
    expect(await violations(page)).toEqual([]);
  });

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
    expect(await violations(page)).toEqual([]);

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

  it('a page that is not touched shows what happens elsewhere, also after its connection was gone', async () => {
    const { page, context } = await house.reviewer(`#/identities/${rejected}`);
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    await context.setOffline(true);
    const decision = { round: 2, verdict: 'reject', next: 'abandon', reason: 'Not her' } as const;
    await house.likeness.identities.decide(rejected, decision);
    await house.reach(rejected, 'rejected');
    await context.setOffline(false);
    await page.getByText('Rejected by a reviewer').waitFor();
    await page.getByText('Somebody else decided').waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  });
});
