// What an operator sees and does, in a real browser against the whole house.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityOf } from '../support/console-stack.ts';
import { TRAINER } from '../support/models.ts';
import { type ReviewStack, startReviewStack } from '../support/review-stack.ts';

const MINUTE = 60_000;

let house: ReviewStack;
let waiting: string;
let unclear: string;

async function setFaults(...faults: object[]): Promise<void> {
  const answer = await fetch(`${house.sandboxUrl}/admin/faults`, { method: 'PUT', body: JSON.stringify(faults) });
  expect(answer.status).toBeLessThan(300);
}

beforeAll(async () => {
  house = await startReviewStack();
  waiting = await house.prepare('Captain Mara');
  await house.reach(waiting, 'awaiting_approval');
  // The answer is lost, and what waits in the queue is on no list: nobody but an operator can tell.
  const { endpoint } = TRAINER;
  await setFaults({ fault: 'lost_submit_response', endpoint, times: 1 }, { fault: 'stuck_in_queue', endpoint });
  unclear = await house.prepare('The Gardener');
  await house.reach(unclear, 'needs_operator');
}, 10 * MINUTE);
afterAll(() => house?.stop(), 3 * MINUTE);

it('shows what waits, with a way to each, and what was paid', async () => {
  const { page } = await house.reviewer('#/operations');
  const approvals = page.getByRole('region', { name: 'Waiting for approval', exact: true });
  await approvals.getByRole('row').filter({ hasText: 'Captain Mara' }).waitFor();
  const temporal = await approvals.getByRole('link', { name: 'Run of Captain Mara in Temporal' }).getAttribute('href');
  expect(temporal).toContain(encodeURIComponent(`identity/${waiting}`));
  const ledger = page.getByRole('region', { name: 'Ledger', exact: true });
  await ledger.getByRole('row').filter({ hasText: 'Unclear' }).waitFor();
  await ledger.getByRole('button', { name: `Settle ${unclear}/train/1` }).click();
  await page.getByRole('dialog', { name: 'What became of this request?' }).waitFor();
  await page.keyboard.press('Escape');
  await ledger.getByLabel('State').selectOption('Settled');
  // Its head, one training and five images.
  await expect.poll(() => ledger.getByRole('row').count(), { timeout: 3 * MINUTE }).toBe(1 + 6);
  expect(await accessibilityOf(page)).toEqual([]);
  await approvals.getByRole('link', { name: 'Review Captain Mara' }).click();
  await page.getByRole('heading', { name: 'Captain Mara' }).waitFor();
});

it('on a phone every action is in view without scrolling sideways, and goes by keyboard', async () => {
  const { page } = await house.reviewer('#/operations');
  const width = 390;
  await page.setViewportSize({ width, height: 844 });
  const settle = page.getByRole('button', { name: `Settle ${unclear}/train/1` });
  await settle.waitFor();
  const actions = [
    page.getByRole('link', { name: 'Review Captain Mara' }),
    page.getByRole('link', { name: 'Run of Captain Mara in Temporal' }),
    page.getByRole('button', { name: 'Settle the training of The Gardener' }),
    page.getByRole('button', { name: 'Change cap' }),
    settle,
  ];
  for (const action of actions) {
    const box = await action.boundingBox();
    expect(box?.x, String(action)).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? width) + (box?.width ?? 0), String(action)).toBeLessThanOrEqual(width);
    // Not hidden under the edge of a box that scrolls, either.
    await action.click({ trial: true });
  }
  const wide = await page.evaluate(
    () =>
      [...document.querySelectorAll('html, .lk-table-scroll')].filter((box) => box.scrollWidth > box.clientWidth)
        .length,
  );
  expect(wide).toBe(0);
  // What was a column's head is said in each card, and the table is still one to those who hear it.
  const ledger = page.getByRole('region', { name: 'Ledger', exact: true });
  expect(await ledger.getByRole('columnheader').allTextContents()).toContain('Charged');
  expect(await ledger.getByRole('row').filter({ hasText: 'Unclear' }).getByRole('cell').count()).toBe(4);
  expect(await accessibilityOf(page)).toEqual([]);
  await settle.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'What became of this request?' }).waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
});

it('a cap is set, warns when it is nearly used up, and goes back to the settings', async () => {
  const { page } = await house.reviewer('#/operations');
  const budget = page.getByRole('region', { name: 'Budget', exact: true });
  await budget.getByRole('button', { name: 'Change cap' }).click();
  const field = page.getByLabel('US dollars a month');
  await field.fill('lots');
  await page.getByRole('button', { name: 'Save cap' }).click();
  await page.getByText('Enter an amount from 0').waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  await field.fill('5');
  await page.keyboard.press('Enter');
  await budget.getByText('80 % of this month’s budget').waitFor();
  expect(await house.likeness.budget.get()).toMatchObject({ cap: 5, ownCap: true });
  await budget.getByRole('button', { name: 'Change cap' }).click();
  await page.getByLabel('US dollars a month').fill('');
  await page.keyboard.press('Enter');
  await budget.getByText('from the settings').waitFor();
});

it('an unclear payment is told with what is known, and settled once', async () => {
  const { page } = await house.reviewer('#/operations');
  const payments = page.getByRole('region', { name: 'Unclear payments' });
  await payments.getByText(`${unclear}/train/1`).waitFor();
  await payments.getByRole('button', { name: 'Settle the training of The Gardener' }).click();
  const dialog = page.getByRole('dialog', { name: 'What became of this request?' });
  await dialog.getByRole('button', { name: 'Adopt the request' }).click();
  await dialog.getByText('Enter the request id.').waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  await dialog.getByLabel('Give it up').check();
  await dialog.getByRole('button', { name: 'Give it up' }).click();
  await payments.getByText('No payment is unclear.').waitFor();
  await house.reach(unclear, 'failed');
});

it('a locked account at the provider is an alarm', async () => {
  await setFaults({ fault: 'account_locked' });
  await house.prepare('The Pilot');
  const { page } = await house.reviewer('#/operations');
  await page.getByRole('alert').filter({ hasText: 'The provider account is locked' }).waitFor();
  await setFaults();
});
