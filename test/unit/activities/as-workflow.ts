// What the workflow does with a paid step: tries it again, has an unclear request looked up, and asks an operator when
// nobody can tell.

import { ApplicationFailure } from '@temporalio/common';
import type { StepPorts } from '../../../activities/create-activities.ts';
import { reconcileCall, settleUnclearCall } from '../../../core/payments/reconcile-call.ts';
import type { Attempt } from '../../../core/ports/attempt.ts';
import { run } from './run-step.ts';

interface Told<Out> {
  result: Out;
  /** Whether a person had to be asked. */
  askedOperator: boolean;
}

/** Runs the step to its end. The operator, when asked, says that nothing was charged. */
export async function runAsWorkflow<In, Out>(
  step: (input: In, attempt: Attempt) => Promise<Out>,
  world: StepPorts,
  input: In,
  callKey: string,
): Promise<Told<Out>> {
  let askedOperator = false;
  for (let attempt = 2; attempt < 10; attempt++) {
    try {
      return { result: await run(step, input, attempt), askedOperator };
    } catch (error) {
      if (!(error instanceof ApplicationFailure) || error.nonRetryable) {
        if (typeOf(error) !== 'SubmissionUnknown') throw error;
        if (await isFound(world, callKey)) continue;
        askedOperator = true;
        await run(settleUnclearCall(world), { callKey, by: 'operator', outcome: 'not_charged' as const });
      }
    }
  }
  throw new Error(`${callKey} came to no end`);
}

async function isFound(world: StepPorts, callKey: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await run(reconcileCall(world), { callKey }, attempt)).found;
    } catch (error) {
      if (typeOf(error) !== 'NotReadyYet') throw error;
    }
  }
}

const typeOf = (error: unknown) => (error instanceof ApplicationFailure ? error.type : undefined);
