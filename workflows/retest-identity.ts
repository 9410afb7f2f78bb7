// A test on request: new images of an identity that is ready, made and scored like a round, and with the same care for
// what they cost. Nothing of what was approved changes.

import { CancellationScope, log, setHandler } from '@temporalio/workflow';
import type { IdentityState } from '../domain/identity-state.ts';
import { retestRound } from '../domain/keys.ts';
import type { RetestEnd } from '../domain/steps.ts';
import { endBroken, rethrowDefect } from './broken-run.ts';
import { cancelCalls } from './cancel-calls.ts';
import { failureCode } from './failure-code.ts';
import { handlersFinished } from './handlers-finished.ts';
import { leaveToSettle, mayBeOpen } from './leave-to-settle.ts';
import { getState, type RetestIdentityInput, settleCall, trainingSettled } from './messages.ts';
import { OperatorDesk } from './operator-desk.ts';
import { Run } from './run.ts';
import { records } from './steps.ts';
import { TestRound } from './test-round.ts';
import { TestSets } from './test-sets.ts';

export async function retestIdentity(input: RetestIdentityInput): Promise<IdentityState> {
  const { number, types, photoIds, heldOut } = input;
  const run = new Run(input, {
    stage: 'testing',
    round: retestRound(number) - 1,
    ...(heldOut === undefined ? {} : { heldOut }),
  });
  const operator = new OperatorDesk(run);
  const sets = new TestSets(run, operator);

  setHandler(getState, () => run.state);
  setHandler(trainingSettled, () => operator.hint());
  setHandler(settleCall, (message) => operator.settle(message), { validator: (message) => operator.validate(message) });

  try {
    await new TestRound(run, sets).make(photoIds, types);
    await CancellationScope.nonCancellable(async () => {
      await close(run, number, 'done');
      run.enter('ready');
      await handlersFinished();
    });
    return run.state;
  } catch (error) {
    return endBroken(run, error, {
      cancelled: () => cancelled(run, number, sets.openCalls),
      failed: async (message) => {
        if (mayBeOpen(failureCode(error))) await leaveToSettle(sets.openCalls);
        await close(run, number, 'failed', message);
      },
    });
  }
}

async function cancelled(run: Run, number: number, openCalls: readonly string[]): Promise<void> {
  await cancelCalls(openCalls);
  await close(run, number, 'cancelled', 'Cancelled on request.').catch((error: unknown) => {
    rethrowDefect(error);
    log.error('a compensation failed', { error: String(error) });
  });
}

async function close(run: Run, number: number, state: RetestEnd['state'], reason?: string): Promise<void> {
  const { failedImages } = run.state;
  await records.closeRetest.executeWithOptions({ summary: `Close test ${number} as ${state}` }, [
    { ...run.ref, number, state, failedImages, ...(reason === undefined ? {} : { reason }) },
  ]);
}
