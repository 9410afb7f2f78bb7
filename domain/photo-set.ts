// A verdict for every photo, then for the set. The same code answers the pre-flight report of the API and the first
// step of the workflow.

import type { PictureReading, ReadablePicture } from './photo.ts';
import { descriptorDistance } from './photo.ts';
import { type Advice, adviceOn } from './photo-advice.ts';
import { repeatedPhotos, sameFiles } from './photo-duplicates.ts';
import { type Finding, type PhotoReport, rejection, verdictOf, warning } from './photo-findings.ts';
import { PHOTO_LIMITS } from './photo-limits.ts';
import { isCovered, judgePhoto, mainFace } from './photo-rules.ts';

export interface PhotoInSet {
  photoId: string;
  reading: PictureReading;
}

export interface SetProblem {
  code: 'too_few_photos' | 'too_many_photos' | 'wrong_person';
  message: string;
}

/** Named photos that the character does not have: deleted since, of another character, or unknown. */
export interface UnknownPhotos {
  code: 'unknown_photos';
  message: string;
}

export function unknownPhotos(photoIds: readonly string[]): UnknownPhotos {
  const message = `The character has no photos with these ids: ${photoIds.join(', ')}. Name photos of the character, or upload them first.`;
  return { code: 'unknown_photos', message };
}

export interface SetReport {
  photos: PhotoReport[];
  /** Ids of the photos that training may use, in the order given. */
  accepted: string[];
  /** True when a run may go on to spend money. */
  sufficient: boolean;
  /** Why not; absent when sufficient. */
  problem?: SetProblem;
  /** Advice for a better set of the accepted photos. None of it stops a run. */
  advice: Advice[];
}

/**
 * Judges every photo, then the set: copies, and photos of another person. `sufficient` is false when too few are left,
 * and also when a photo of another person is among them: a person has to decide who is meant, before any money is
 * spent.
 */
export function judgeSet(photos: readonly PhotoInSet[], limits: { maxPhotos: number }): SetReport {
  const findings = new Map<string, Finding[]>(photos.map((p) => [p.photoId, judgePhoto(p.reading)]));
  const of = (photoId: string) => findings.get(photoId) ?? [];
  const add = (found: ReadonlyMap<string, Finding>) => {
    for (const [photoId, finding] of found) findings.get(photoId)?.push(finding);
  };
  const readable = photos.flatMap(({ photoId, reading }) => (reading.readable ? [{ photoId, reading }] : []));
  const usable = () => readable.filter(({ photoId }) => verdictOf(of(photoId)) !== 'rejected');

  add(sameFiles(readable));
  add(repeatedPhotos(usable()));
  add(outliers(usable()));

  const reports = photos.map(({ photoId }): PhotoReport => {
    return { photoId, verdict: verdictOf(of(photoId)), findings: of(photoId) };
  });
  const accepted = usable();
  const problem = setProblem(reports, accepted.length, limits.maxPhotos);
  return {
    photos: reports,
    accepted: accepted.map(({ photoId }) => photoId),
    sufficient: problem === undefined,
    ...(problem ? { problem } : {}),
    advice: adviceOn(
      accepted.map(({ reading }) => reading),
      limits,
    ),
  };
}

function setProblem(reports: readonly PhotoReport[], accepted: number, maxPhotos: number): SetReport['problem'] {
  const isStranger = (r: PhotoReport) =>
    r.findings.some((f) => f.code === 'wrong_person' && f.severity === 'rejection');
  if (reports.some(isStranger)) {
    const message =
      accepted > 0
        ? 'Not all photos show the same person. Replace or remove the photos that are listed.'
        : 'The photos show different people, and no person is in most of them. Keep only the photos of one person.';
    return { code: 'wrong_person', message };
  }
  if (accepted < PHOTO_LIMITS.minPhotos) {
    const message = `At least ${PHOTO_LIMITS.minPhotos} reference images required: ${accepted} of ${reports.length} can be used.`;
    return { code: 'too_few_photos', message };
  }
  if (reports.length > maxPhotos) {
    return { code: 'too_many_photos', message: `At most ${maxPhotos} reference images: ${reports.length} were given.` };
  }
  return undefined;
}

/**
 * Photos that seem to show another person than the rest. The distance of each is the median to the others, so that one
 * outlier, or two of five, does not make the others outliers too; the distance to the others' centroid does
 * (docs/scores.md). Two photos or fewer have no majority. Covered faces are left out: they are far from all others,
 * whoever they show. If only two bare faces remain and they are of two people, the right one is unknown: both are
 * named.
 */
function outliers(photos: readonly { photoId: string; reading: ReadablePicture }[]): Map<string, Finding> {
  const faces = photos.flatMap(({ photoId, reading }) => {
    const face = mainFace(reading);
    return face && !isCovered(face) ? [{ photoId, descriptor: face.descriptor }] : [];
  });
  const found = new Map<string, Finding>();
  if (photos.length < 3) return found;
  const { rejectStranger, warnStranger } = PHOTO_LIMITS;
  for (const { photoId, descriptor } of faces) {
    const others = faces.filter((other) => other.photoId !== photoId);
    const value = lowerMedian(others.map((other) => descriptorDistance(descriptor, other.descriptor)));
    if (value > rejectStranger) {
      const message = 'This photo seems to show a different person than the other photos. Replace it or remove it.';
      found.set(photoId, rejection('wrong_person', message, { value, limit: rejectStranger }));
    } else if (value > warnStranger) {
      const message = 'This photo is less similar to the other photos. Check that it shows the same person.';
      found.set(photoId, warning('wrong_person', message, { value, limit: warnStranger }));
    }
  }
  return found;
}

/** The lower of the two middle values: of three photos, the two that belong together are enough. */
function lowerMedian(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
