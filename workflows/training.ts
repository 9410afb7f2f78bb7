// One training, from the archive to a pinned LoRA. The webhook's hint races with the poll; only the provider's own
// answer, read by request id, counts.

import { ActivityFailure, ApplicationFailure, CancellationScope, condition } from '@temporalio/workflow';
import type { PinnedLora } from '../domain/identity-state.ts';
import { trainingCallKey } from '../domain/keys.ts';
import { failureCode, isCancelled } from './failure-code.ts';
import type { IdentityRun } from './identity-run.ts';
import type { OperatorDesk } from './operator-desk.ts';
import { loraCopy, records, submission, trainingPoll } from './steps.ts';

export class Training {
  readonly #run: IdentityRun;
  readonly #desk: OperatorDesk;
  #settledRequest: string | undefined;
  /** The training that may still be open at the provider. */
  #open: string | undefined;

  constructor(run: IdentityRun, desk: OperatorDesk) {
    this.#run = run;
    this.#desk = desk;
  }

  /** The signal from the webhook. It can be forged, so it only starts a poll. */
  settled(raw: unknown): void {
    const requestId = typeof raw === 'object' && raw !== null && 'requestId' in raw ? raw.requestId : undefined;
    if (typeof requestId === 'string') this.#settledRequest = requestId;
  }

  /** Trains on the accepted photos, except the held-out one. */
  async train(accepted: string[]): Promise<PinnedLora> {
    const run = this.#run;
    const photoIds = accepted.filter((id) => id !== run.state.heldOut);
    const training = run.state.training + 1;
    const { triggerWord, subject } = run.state;
    run.begin('uploading');
    const { archiveSha256 } = await records.packPhotos.executeWithOptions(
      { summary: `Pack ${photoIds.length} photos with captions` },
      [{ ...run.ref, photoIds, triggerWord, subject }],
    );
    run.beginTraining(training);
    const callKey = trainingCallKey(run.ref.identityId, training);
    // Set before the request, so that a cancel during it is compensated too.
    this.#open = callKey;
    const requestId = await this.#submit(training, archiveSha256, callKey);
    await this.#ended(callKey, requestId);
    this.#open = undefined;
    const lora = await loraCopy.storeLora.executeWithOptions(
      { summary: `Copy and pin the LoRA of training ${training}` },
      [{ ...run.ref, training }],
    );
    run.pinLora(lora);
    return lora;
  }

  /** The key of the training that may be open at the provider, for compensations. */
  get openCalls(): readonly string[] {
    return this.#open ? [this.#open] : [];
  }

  async #submit(training: number, archiveSha256: string, callKey: string): Promise<string> {
    const { ref, settings, state } = this.#run;
    const { trainer, generator, trainingSteps: steps } = settings;
    for (;;) {
      try {
        const { requestId } = await submission.submitTraining.executeWithOptions(
          { summary: `Pay for training ${training}: ${steps} steps` },
          [{ ...ref, trainer, generator, training, archiveSha256, steps, triggerWord: state.triggerWord }],
        );
        return requestId;
      } catch (error) {
        if (failureCode(error) !== 'SubmissionUnknown') throw error;
        await this.#desk.whileUnclear([callKey]);
      }
    }
  }

  async #ended(callKey: string, requestId: string): Promise<void> {
    const { trainingFirstPollMs, trainingPollMs, trainingDeadlineMs } = this.#run.settings;
    const { pollTraining } = trainingPoll(trainingDeadlineMs);
    const hinted = () => this.#settledRequest === requestId;
    const poll = { callKey, firstPollMs: trainingFirstPollMs, pollMs: trainingPollMs, deadlineMs: trainingDeadlineMs };
    try {
      if (!hinted()) {
        const polling = new CancellationScope();
        const polled = polling.run(() => pollTraining(poll)).then(() => true);
        // When the hint wins, the poll that is cancelled must not count as an unhandled failure.
        polled.catch(() => undefined);
        const ended = await Promise.race([polled, condition(hinted).then(() => false)]);
        if (ended) return;
        polling.cancel();
      }
      await pollTraining(poll);
    } catch (error) {
      if (isCancelled(error) || !(error instanceof ActivityFailure)) throw error;
      if (failureCode(error) !== 'NotReadyYet' && failureCode(error) !== 'TimedOut') throw error;
      const minutes = Math.round(trainingDeadlineMs / 60_000);
      const message = `The training did not end within ${minutes} minutes. Look at ${callKey} in the ledger and at the provider.`;
      throw ApplicationFailure.create({ type: 'ProviderDeadline', message, nonRetryable: true, cause: error });
    }
  }
}
