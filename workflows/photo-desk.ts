// The photos of a run: checks them, and waits for others when they are not sufficient.

import { ApplicationFailure, condition } from '@temporalio/workflow';
import type { IdentityState } from '../domain/identity-state.ts';
import { PHOTO_LIMITS } from '../domain/photo-limits.ts';
import type { PhotosReport } from '../domain/steps.ts';
import { isUuid } from '../domain/uuid.ts';
import type { IdentityRun } from './identity-run.ts';
import type { UpdateRefusal } from './messages.ts';
import { records, vision } from './steps.ts';

export class PhotoDesk {
  readonly #run: IdentityRun;
  #waits = false;
  #replacement: string[] | undefined;

  constructor(run: IdentityRun) {
    this.#run = run;
  }

  validate(message: { photoIds: string[] }): void {
    const { stage } = this.#run.state;
    if (!this.#waits) {
      const why = stage === 'needs_photos' ? 'the run is about to end' : `the run is in stage "${stage}"`;
      throw refused('not_needs_photos', `The run does not wait for photos: ${why}. Read its state.`);
    }
    if (this.#replacement) throw refused('not_needs_photos', 'The run has just received other photos. Read its state.');
    const photoIds: unknown = message?.photoIds;
    const { maxPhotos } = this.#run.settings;
    const { minPhotos } = PHOTO_LIMITS;
    if (!Array.isArray(photoIds) || photoIds.length < minPhotos || photoIds.length > maxPhotos) {
      throw refused('malformed_photos', `"photoIds" must be a list of ${minPhotos} to ${maxPhotos} photo ids.`);
    }
    const malformed = photoIds.filter((id) => !isUuid(id));
    if (malformed.length > 0) {
      throw refused(
        'malformed_photos',
        `These are not photo ids: ${malformed.map(shown).join(', ')}. Each photo id is a UUID.`,
      );
    }
    const ids = photoIds.map(String).map(sameId);
    const repeated = ids.filter((id, i) => ids.indexOf(id) !== i);
    if (repeated.length > 0) {
      throw refused(
        'malformed_photos',
        `These photos are listed twice: ${repeated.join(', ')}. List every photo once.`,
      );
    }
  }

  replace({ photoIds }: { photoIds: string[] }): IdentityState {
    this.#replacement = photoIds.map(sameId);
    return this.#run.state;
  }

  /** The ids of the accepted photos, or undefined when too few came in time. */
  async accepted(photoIds: string[]): Promise<string[] | undefined> {
    const run = this.#run;
    for (let ids = photoIds; ; ) {
      run.begin('validating');
      const report = await vision.validatePhotos.executeWithOptions({ summary: `Check ${ids.length} photos` }, [
        { ...run.ref, characterId: run.state.characterId, photoIds: ids, maxPhotos: run.settings.maxPhotos },
      ]);
      if (report.sufficient) {
        run.acceptPhotos(report);
        return report.accepted;
      }
      const replacement = await this.#replaced(report);
      if (!replacement) return undefined;
      ids = replacement;
    }
  }

  /** The photos that replace these; undefined when none came in time. Photos of an answered Update count. */
  async #replaced(report: PhotosReport): Promise<string[] | undefined> {
    const run = this.#run;
    this.#replacement = undefined;
    this.#waits = true;
    try {
      run.askForPhotos(report);
      await records.notifyPeople.executeWithOptions({ summary: 'Tell people: other photos are needed' }, [
        { ...run.ref, notice: { kind: 'needs_photos', problem: report.problem?.code ?? 'too_few_photos' } },
      ]);
      const patience = run.settings.photosExpireAfterMs;
      await condition(() => this.#replacement !== undefined, patience, { summary: 'photos expiry' });
    } finally {
      this.#waits = false;
    }
    return this.#replacement;
  }
}

function refused(type: UpdateRefusal, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true });
}

/** The database writes ids in lower case; some clients do not. */
const sameId = (id: string): string => id.toLowerCase();

const shown = (id: unknown): string => String(typeof id === 'string' ? id : JSON.stringify(id)).slice(0, 50);
