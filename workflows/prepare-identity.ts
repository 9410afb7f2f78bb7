// The workflow of one identity: validate, pack, train, test, rescue, wait for a person, publish. Each line is a step;
// its work, its waits and its recovery are in files of their own.

import { CancellationScope, setHandler } from '@temporalio/workflow';
import type { Decision } from '../domain/decision.ts';
import type { IdentityState, PinnedLora } from '../domain/identity-state.ts';
import type { ScoreSummary } from '../domain/score.ts';
import type { EndStage } from '../domain/stage.ts';
import { testSuiteOf } from '../domain/test-suite.ts';
import { endBroken } from './broken-run.ts';
import { handlersFinished } from './handlers-finished.ts';
import { IdentityRun } from './identity-run.ts';
import { makeRound } from './make-round.ts';
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
import { records } from './steps.ts';
import { TestSets } from './test-sets.ts';
import { Training } from './training.ts';

export async function prepareIdentity(input: PrepareIdentityInput): Promise<IdentityState> {
  const run = new IdentityRun(input);
  const photoDesk = new PhotoDesk(run);
  const operator = new OperatorDesk(run);
  const training = new Training(run, operator);
  const sets = new TestSets(run, operator);
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
  /** The end is decided: from here on a cancel is too late, and must not undo an approval. */
  const ending = async (end: () => Promise<void>): Promise<IdentityState> => {
    isDecided = true;
    await CancellationScope.nonCancellable(end);
    await handlersFinished();
    return run.state;
  };

  try {
    const photoIds = await photoDesk.accepted(input.photoIds);
    if (!photoIds) return await ending(() => end(run, 'expired', 'No usable photos came in time.'));
    let lora = await training.train(photoIds);
    for (;;) {
      const first = await makeRound(run, sets, { kind: 'round', number: run.state.round + 1, photoIds });
      const scores = await rescue.best(first, photoIds);
      const decision = await review.next();
      if (!decision) return await ending(() => end(run, 'expired', 'Nobody decided in time.'));
      if (decision.verdict === 'approve') return await ending(() => publish(run, { lora, scores, decision }));
      if (decision.next === 'abandon') return await ending(() => abandon(run, decision));
      await record(run);
      if (decision.next === 'retrain') lora = await training.train(photoIds);
    }
  } catch (error) {
    return endBroken(run, error, {
      isDecided,
      openCalls: [...training.openCalls, ...sets.openCalls],
      close: (stage, reason) => close(run, stage, reason),
    });
  }
}

async function record(run: IdentityRun): Promise<void> {
  const last = run.state.decisions.at(-1);
  if (!last) return;
  const { verdict, by } = last.decision;
  await records.recordDecision.executeWithOptions({ summary: `Write down: ${verdict} by ${by}` }, [
    { ...run.ref, record: last },
  ]);
}

async function publish(
  run: IdentityRun,
  approved: { lora: PinnedLora; scores: ScoreSummary; decision: Decision },
): Promise<void> {
  const { characterId, referenceStrength, subject } = run.state;
  const { lora, scores, decision } = approved;
  run.begin('publishing');
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
  run.end('ready', version);
}

async function abandon(run: IdentityRun, { reason }: Decision): Promise<void> {
  await record(run);
  await end(run, 'rejected', reason ?? 'Abandoned.');
}

async function end(run: IdentityRun, stage: 'expired' | 'rejected', reason: string): Promise<void> {
  await close(run, stage, reason);
  run.end(stage);
}

async function close(run: IdentityRun, stage: Exclude<EndStage, 'ready'>, reason: string): Promise<void> {
  await records.closeIdentity.executeWithOptions({ summary: `Close as ${stage}` }, [{ ...run.ref, stage, reason }]);
}
