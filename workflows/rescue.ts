// Tries a round that missed the gate again with other reference strengths: the same shots, so that only the strength
// differs. Two limits bound its cost: the run's setting and the budget.

import { log } from '@temporalio/workflow';
import { bestTry, nextStrength } from '../domain/rescue.ts';
import type { ScoreSummary } from '../domain/score.ts';
import { isCancelled, rethrowDefect } from './failure-code.ts';
import type { IdentityRun } from './identity-run.ts';
import { leaveToSettle } from './leave-to-settle.ts';
import { saveStage } from './save-stage.ts';
import { records } from './steps.ts';
import type { ScoredSet, TestSets } from './test-sets.ts';

type Tried = [ScoredSet, ...ScoredSet[]];

export class Rescue {
  readonly #run: IdentityRun;
  readonly #sets: TestSets;

  constructor(run: IdentityRun, sets: TestSets) {
    this.#run = run;
    this.#sets = sets;
  }

  /** Tries until the gate is passed or no try is left, and keeps the best set. */
  async best(first: ScoredSet, photoIds: string[]): Promise<ScoreSummary> {
    const tried: Tried = [first];
    for (let strength = this.#next(tried); strength !== undefined; strength = this.#next(tried)) {
      this.#show(tried);
      this.#run.tryStrength(strength);
      if (tried.length === 1) await saveStage(this.#run);
      const set = await this.#try(strength, photoIds);
      if (!set) break;
      tried.push(set);
    }
    this.#run.endRescue();
    if (tried.length > 1) await this.#keep(tried);
    return bestTry(tried).scores;
  }

  #next(tried: Tried): number | undefined {
    // The budget would refuse again, and a set to review exists already.
    const isRefused = tried.at(-1)?.failedImages.some(({ code }) => code === 'BudgetExceeded');
    return isRefused ? undefined : nextStrength(tried, this.#run.settings.maxRescueTries);
  }

  async #try(strength: number, photoIds: string[]): Promise<ScoredSet | undefined> {
    const set = { kind: 'rescue', number: this.#run.state.round, strength } as const;
    try {
      return await this.#sets.score(set, await this.#sets.make(set), photoIds);
    } catch (error) {
      rethrowDefect(error);
      // The round can be decided without this try, so its failure does not end the run.
      if (isCancelled(error)) throw error;
      await leaveToSettle(this.#sets.openCalls);
      log.error('a try of another strength failed', { strength, error: String(error) });
      return undefined;
    }
  }

  /** Shows the best set so far. */
  #show(tried: Tried): void {
    const { strength: referenceStrength, images, failedImages, scores } = bestTry(tried);
    const tries = tried.map((set) => ({ ...set, images: set.images.flatMap(({ score }) => score ?? []) }));
    this.#run.show({ referenceStrength, images, failedImages, scores, tries });
  }

  async #keep(tried: Tried): Promise<void> {
    this.#show(tried);
    const { strength, scores } = bestTry(tried);
    await records.keepStrength.executeWithOptions(
      { summary: `Keep strength ${strength}, the best of ${tried.length}` },
      [{ ...this.#run.ref, strength, scores }],
    );
  }
}
