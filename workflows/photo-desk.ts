// The photos of a run: judged, and when they will not do, waited for.

import { ApplicationFailure, condition } from '@temporalio/workflow';
import type { IdentityState } from '../domain/identity-state.ts';
import { PHOTO_LIMITS } from '../domain/photo-limits.ts';
import type { UpdateRefusal } from './messages.ts';
import type { Run } from './run.ts';
import { records, vision } from './steps.ts';

export class PhotoDesk {
  readonly #run: Run;
  #replacement: string[] | undefined;

  constructor(run: Run) {
    this.#run = run;
  }

  validate(message: { photoIds: string[] }): void {
    if (this.#run.state.stage !== 'needs_photos' || this.#replacement) {
      const message = `No photos are waited for: the run is in stage "${this.#run.state.stage}".`;
      throw ApplicationFailure.create({
        type: 'not_needs_photos' satisfies UpdateRefusal,
        message,
        nonRetryable: true,
      });
    }
    const { photoIds } = message ?? {};
    const max = this.#run.settings.maxPhotos;
    const fits = Array.isArray(photoIds) && photoIds.length >= PHOTO_LIMITS.minPhotos && photoIds.length <= max;
    if (!fits || !photoIds.every((id) => typeof id === 'string')) {
      const message = `"photoIds" is a list of ${PHOTO_LIMITS.minPhotos} to ${max} photo ids.`;
      throw ApplicationFailure.create({
        type: 'malformed_photos' satisfies UpdateRefusal,
        message,
        nonRetryable: true,
      });
    }
  }

  replace({ photoIds }: { photoIds: string[] }): IdentityState {
    this.#replacement = photoIds;
    return this.#run.state;
  }

  /** The ids of the photos that are good enough, or undefined when too few came in time. */
  async accepted(photoIds: string[]): Promise<string[] | undefined> {
    const run = this.#run;
    for (let ids = photoIds; ; ) {
      run.enter('validating');
      const report = await vision.validatePhotos.executeWithOptions({ summary: `Check ${ids.length} photos` }, [
        { ...run.ref, photoIds: ids, maxPhotos: run.settings.maxPhotos },
      ]);
      if (report.sufficient) {
        delete run.state.photoProblem;
        run.change({ photos: report.photos, ...(report.heldOut === undefined ? {} : { heldOut: report.heldOut }) });
        return report.accepted;
      }
      run.enter('needs_photos', { photos: report.photos, ...(report.problem ? { photoProblem: report.problem } : {}) });
      await records.notifyPeople.executeWithOptions({ summary: 'Tell people: other photos are needed' }, [
        { ...run.ref, notice: { kind: 'needs_photos', problem: report.problem?.code ?? 'too_few_photos' } },
      ]);
      const patience = run.settings.photosExpireAfterMs;
      const came = await condition(() => this.#replacement !== undefined, patience, { summary: 'photos expiry' });
      if (!came || !this.#replacement) return undefined;
      ids = this.#replacement;
      this.#replacement = undefined;
    }
  }
}
