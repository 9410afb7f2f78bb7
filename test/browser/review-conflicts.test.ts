// Two people review the same round.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ReviewStack, startReviewStack, violations } from '../support/review-stack.ts';

const MINUTE = 60_000;

let house: ReviewStack;
let one: string;
let another: string;

beforeAll(async () => {
  house = await startReviewStack();
  [one, another] = await Promise.all([house.prepare('Captain Mara'), house.prepare('The Gardener')]);
  await Promise.all([one, another].map((id) => house.reach(id, 'awaiting_approval')));
}, 6 * MINUTE);
afterAll(() => house?.stop(), MINUTE);

it('the one who comes second is told who decided what, and sees the newest state', async () => {
  const hash = `#/identities/${one}`;
  const [quick, slow] = [await house.reviewer(hash), await house.reviewer(hash)];
  await Promise.all([quick, slow].map(({ page }) => page.getByRole('button', { name: 'Approve' }).waitFor()));

  // The second one's page hears nothing more until it has sent its own decision.
  let deaf = true;
  await slow.page.route(`**/v1/identities/${one}**`, async (route) => {
    if (route.request().method() === 'GET') return deaf ? route.abort() : route.continue();
    const response = await route.fetch();
    deaf = false;
    return route.fulfill({ response });
  });
  await slow.context.setOffline(true); // cuts the stream that is open
  await slow.context.setOffline(false);

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
  expect(await violations(slow.page)).toEqual([]);
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
