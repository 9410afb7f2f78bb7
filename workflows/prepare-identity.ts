// The story of one identity: validate, pack, train, test, rescue, wait for a person, publish. Each line is a step; how
// a step is done, waited for or recovered has a file of its own.

import { CancellationScope, log, setHandler } from '@temporalio/workflow';
import type { Decision } from '../domain/decision.ts';
import type { IdentityState, PinnedLora } from '../domain/identity-state.ts';
import type { ScoreSummary } from '../domain/score.ts';
import type { EndStage } from '../domain/stage.ts';
import { testSuiteOf } from '../domain/test-suite.ts';
import { endBroken, rethrowDefect } from './broken-run.ts';
import { cancelCalls } from './cancel-calls.ts';
import { failureCode } from './failure-code.ts';
import { handlersFinished } from './handlers-finished.ts';
import { leaveToSettle, mayBeOpen } from './leave-to-settle.ts';
import type { PrepareIdentityInput } from './messages.ts';
import {
  approveIdentity,
  decideIdentity,
  getState,
  rejectIdentity,
  replacePhotos,
  settleCall,
  trainingSettled,
} from './messages.ts';
import { OperatorDesk } from './operator-desk.ts';
import { PhotoDesk } from './photo-desk.ts';
import { Rescue } from './rescue.ts';
import { Review } from './review.ts';
import { Run } from './run.ts';
import { records } from './steps.ts';
import { TestRound } from './test-round.ts';
import { TestSets } from './test-sets.ts';
import { Training } from './training.ts';

export async function prepareIdentity(input: PrepareIdentityInput): Promise<IdentityState> {
  const run = new Run(input);
  const photoDesk = new PhotoDesk(run);
  const operator = new OperatorDesk(run);
  const training = new Training(run, operator);
  const sets = new TestSets(run, operator);
  const tests = new TestRound(run, sets);
  const rescue = new Rescue(run, sets);
  const review = new Review(run);

  setHandler(getState, () => run.state);
  setHandler(approveIdentity, (message) => review.signalled('approve', message));
  setHandler(rejectIdentity, (message) => review.signalled('reject', message));
  setHandler(trainingSettled, (message) => {
    training.settled(message);
    operator.hint();
  });
  setHandler(decideIdentity, (message) => review.decide(message), { validator: (message) => review.validate(message) });
  setHandler(replacePhotos, (message) => photoDesk.replace(message), {
    validator: (message) => photoDesk.validate(message),
  });
  setHandler(settleCall, (message) => operator.settle(message), { validator: (message) => operator.validate(message) });

  let isDecided = false;
  /** How the run ends is decided: from here on a cancel is too late, and must not take back what a person approved. */
  const ending = async (end: () => Promise<void>): Promise<IdentityState> => {
    isDecided = true;
    await CancellationScope.nonCancellable(async () => {
      await end();
      await handlersFinished();
    });
    return run.state;
  };

  try {
    const photoIds = await photoDesk.accepted(input.photoIds);
    if (!photoIds) return await ending(() => end(run, 'expired', 'No usable photos came in time.'));
    let lora = await training.train(photoIds);
    for (;;) {
      const scores = await rescue.best(await tests.make(photoIds), photoIds);
      const decision = await review.next();
      if (!decision) return await ending(() => end(run, 'expired', 'Nobody decided in time.'));
      if (decision.verdict === 'approve') return await ending(() => publish(run, { lora, scores, decision }));
      if (decision.next === 'abandon') return await ending(() => abandon(run, decision));
      await record(run);
      if (decision.next === 'retrain') lora = await training.train(photoIds);
    }
  } catch (error) {
    const openCalls = [...training.openCalls, ...sets.openCalls];
    return endBroken(run, error, {
      isDecided,
      cancelled: () => cancelled(run, openCalls),
      failed: async (message) => {
        if (mayBeOpen(failureCode(error))) await leaveToSettle(openCalls);
        await close(run, 'failed', message);
      },
    });
  }
}

async function record(run: Run): Promise<void> {
  const last = run.state.decisions.at(-1);
  if (!last) return;
  const { verdict, by } = last.decision;
  await records.recordDecision.executeWithOptions({ summary: `Write down: ${verdict} by ${by}` }, [
    { ...run.ref, record: last },
  ]);
}

async function publish(
  run: Run,
  approved: { lora: PinnedLora; scores: ScoreSummary; decision: Decision },
): Promise<void> {
  const { characterId, referenceStrength, subject } = run.state;
  const { lora, scores, decision } = approved;
  run.enter('publishing');
  await record(run);
  const { version } = await records.publishIdentity.executeWithOptions({ summary: 'Publish the identity' }, [
    {
      ...run.ref,
      characterId,
      training: lora.training,
      loraSha256: lora.sha256,
      testSuite: testSuiteOf(subject),
      scores,
      decisionRound: decision.round,
      decisionId: decision.decisionId,
      approvedBy: decision.by,
      referenceStrength,
    },
  ]);
  run.enter('ready', { version });
}

async function abandon(run: Run, { reason }: Decision): Promise<void> {
  await record(run);
  await end(run, 'rejected', reason ?? 'Abandoned.');
}

async function end(run: Run, stage: 'expired' | 'rejected', reason: string): Promise<void> {
  await close(run, stage, reason);
  run.enter(stage);
}

/** Compensations: each is tried by itself, so that one that fails does not keep the next from its work. */
async function cancelled(run: Run, openCalls: readonly string[]): Promise<void> {
  const unclear = await cancelCalls(openCalls);
  const doubt =
    unclear.length > 0
      ? ` Whether it was charged is unclear of ${unclear.join(', ')}: what was reserved stays so.`
      : '';
  await close(run, 'cancelled', `Cancelled on request.${doubt}`).catch((error: unknown) => {
    rethrowDefect(error);
    log.error('a compensation failed', { error: String(error) });
  });
}

async function close(run: Run, stage: Exclude<EndStage, 'ready'>, reason: string): Promise<void> {
  await records.closeIdentity.executeWithOptions({ summary: `Close as ${stage}` }, [{ ...run.ref, stage, reason }]);
}
