// The wait of a still for its budget: what it waits for, what the batch shows meanwhile, and what no wait can change.

import { describe, expect, it } from 'vitest';
import { waitForBudget } from '../../../core/stills/still-records.ts';
import { createFakePorts, TENANT } from '../../support/fake-ports.ts';
import { addStills } from '../../support/new-stills.ts';
import { failureOf, run } from './run-step.ts';

const DOLLAR = 1_000_000;

/** A still that has cost a picture of its batch of two, and waits for another one. */
async function waiting() {
  const world = createFakePorts();
  const [first] = await addStills(world.stills, TENANT, 2);
  if (!first) throw new Error('No still was written.');
  const { id: stillId, batchId } = first;
  world.stills.charge(stillId, 70_000);
  const input = { tenantId: TENANT, batchId, stillId, number: 1, picture: 2, pass: { kind: 'draw', seed: 1 } } as const;
  const setBudget = (budget: number) => world.stills.setBudget(TENANT, batchId, budget);
  const state = async () => (await world.stills.batch(TENANT, batchId))?.state;
  const wait = () => run(waitForBudget(world), input);
  const refusal = () => failureOf(waitForBudget(world), input);
  return { world, stillId, setBudget, state, wait, refusal };
}

describe('a batch whose budget was set to less than it has cost', () => {
  it('waits, also after a rise that is too small, and goes on after one that is enough', async () => {
    const { setBudget, state, wait, refusal } = await waiting();
    await setBudget(10_000);
    for (const budget of [10_000, 70_000, 70_001]) {
      await setBudget(budget);
      expect(await refusal()).toMatchObject({
        type: 'NotReadyYet',
        message: expect.stringMatching(/Raise it to go on/),
      });
      expect(await state()).toBe('waiting_for_budget');
    }
    await setBudget(DOLLAR);
    await wait();
    expect(await state()).toBe('running');
  });

  it('shows the same to every still that waits', async () => {
    const { setBudget, state, refusal } = await waiting();
    await setBudget(0);
    await refusal();
    await refusal();
    expect(await state()).toBe('waiting_for_budget');
  });
});

it('a still that would cost more than was stated does not wait, whatever its batch may cost', async () => {
  const { world, stillId, setBudget, refusal } = await waiting();
  world.stills.charge(stillId, DOLLAR);
  await setBudget(10 * DOLLAR);
  expect(await refusal()).toMatchObject({ type: 'BudgetExceeded', message: expect.stringMatching(/another repair/) });
});
