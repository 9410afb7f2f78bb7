// A test on request: new images of a ready identity, made and scored like a round, with the same protection of
// payments. It changes nothing that was approved.

import { CancellationScope, setHandler } from '@temporalio/workflow';
import type { IdentityState } from '../domain/identity-state.ts';
import type { RetestEnd } from '../domain/steps.ts';
import { endBroken } from './broken-run.ts';
import { handlersFinished } from './handlers-finished.ts';
import { makeRound } from './make-round.ts';
import { getState, type RetestIdentityInput, settleCall, trainingSettled } from './messages.ts';
import { OperatorDesk } from './operator-desk.ts';
import { Run } from './run.ts';
import { records } from './steps.ts';
import { TestSets } from './test-sets.ts';

export async function retestIdentity(input: RetestIdentityInput): Promise<IdentityState> {
  const { number, types, photoIds, heldOut } = input;
  const run = new Run(input, { stage: 'testing', heldOut });
  const operator = new OperatorDesk(run, number);
  const sets = new TestSets(run, operator);

  setHandler(getState, () => run.state);
  setHandler(trainingSettled, () => operator.hint());
  setHandler(settleCall, (message) => operator.settle(message), { validator: (message) => operator.validate(message) });

  try {
    await makeRound(run, sets, { kind: 'retest', number, photoIds, types });
    await CancellationScope.nonCancellable(() => close(run, number, 'done'));
    run.end('ready');
  } catch (error) {
    return endBroken(run, error, {
      openCalls: sets.openCalls,
      close: (state, reason) => close(run, number, state, reason),
    });
  }
  await handlersFinished();
  return run.state;
}

async function close(run: Run, number: number, state: RetestEnd['state'], reason?: string): Promise<void> {
  const { failedImages } = run.state;
  await records.closeRetest.executeWithOptions({ summary: `Close test ${number} as ${state}` }, [
    { ...run.ref, number, state, failedImages, ...(reason === undefined ? {} : { reason }) },
  ]);
}
