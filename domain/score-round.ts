// The scores of a round: every test image against all references, and, where one photo was kept out of the training,
// against that one alone.

import { COPY_DISTANCE, copiedReference } from './copy-of-reference.ts';
import type { FaceReading, PictureReading } from './photo.ts';
import { descriptorDistance } from './photo.ts';
import { medianDistance, type Reference, type ReferenceModel } from './reference-model.ts';
import type { ComparedReferences, ImageScore, ScoreSummary } from './score.ts';
import { scorableFace, scoreOf, summarise, tenth, trimmedMean } from './score.ts';
import type { TestType } from './test-suite.ts';
import { type FacedPicture, typeFindings } from './type-findings.ts';

export interface ReadImage {
  type: TestType;
  imageId: string;
  reading: PictureReading;
  flagged?: undefined;
}

/** One that the provider's content checker flagged: there is no picture to read. */
export interface FlaggedImage {
  type: TestType;
  imageId: string;
  flagged: true;
}

/** Scores the images and sums them up. `heldOut` is the id of the reference that the training did not see. */
export function scoreRound(
  images: readonly (ReadImage | FlaggedImage)[],
  model: ReferenceModel,
  heldOut: string | undefined,
): { scores: ImageScore[]; summary: ScoreSummary } {
  const unseen = model.references.find(({ photoId }) => photoId === heldOut);
  const portraitImage = images.find(({ type }) => type === 'portrait');
  const portrait = portraitImage && !portraitImage.flagged ? facedPicture(portraitImage.reading) : undefined;
  const scores = images.map((image): ImageScore => {
    if (!image.flagged) return scoreImage(image, { model, unseen, portrait });
    const { type, imageId } = image;
    return { type, imageId, state: 'not_scorable', reason: 'provider_flagged' };
  });
  return { scores, summary: { ...summarise(scores), ...aboutReferences(model, unseen, scores) } };
}

function scoreImage(
  { type, imageId, reading }: ReadImage,
  {
    model,
    unseen,
    portrait,
  }: { model: ReferenceModel; unseen: Reference | undefined; portrait: FacedPicture | undefined },
): ImageScore {
  const face = scorableFace(reading);
  const shown = facedPicture(reading);
  const all = [...model.references, ...model.covered];
  const copyOf = reading.readable ? copiedReference(reading, shown?.face, all) : undefined;
  const findings = shown ? typeFindings(type, shown, portrait) : [];
  const seen = {
    type,
    imageId,
    ...(copyOf === undefined ? {} : { copyOf }),
    ...(findings.length === 0 ? {} : { typeFindings: findings }),
  };
  if (typeof face === 'string') return { ...seen, state: 'not_scorable', reason: face };
  if (model.references.length === 0) return { ...seen, state: 'not_scorable', reason: 'no_references' };
  const counted = countedReferences(model, face);
  const distance = medianDistance(face, counted);
  const compared = comparedReferences(face, counted);
  const toUnseen = unseen && descriptorDistance(face.descriptor, unseen.face.descriptor);
  return {
    ...seen,
    state: 'scored',
    score: tenth(scoreOf(distance)),
    distance: thousandth(distance),
    ...(compared ? { compared } : {}),
    centroidDistance: thousandth(descriptorDistance(face.descriptor, model.centroid)),
    ...(toUnseen === undefined ? {} : { heldOut: { distance: thousandth(toUnseen), score: tenth(scoreOf(toUnseen)) } }),
  };
}

/** A reference whose face is repeated does not count, so that a copy gains nothing by it. */
function countedReferences({ references }: ReferenceModel, face: FaceReading): readonly Reference[] {
  const others = references.filter(
    (reference) => descriptorDistance(face.descriptor, reference.face.descriptor) >= COPY_DISTANCE,
  );
  return others.length > 0 ? others : references;
}

function comparedReferences(face: FaceReading, references: readonly Reference[]): ComparedReferences | undefined {
  const byDistance = references
    .map(({ photoId, face: { descriptor } }) => ({ photoId, exact: descriptorDistance(face.descriptor, descriptor) }))
    .toSorted((a, b) => a.exact - b.exact)
    .map(({ photoId, exact }) => ({ photoId, distance: thousandth(exact), score: tenth(scoreOf(exact)) }));
  const [nearest, farthest] = [byDistance[0], byDistance.at(-1)];
  const median = byDistance[Math.floor(byDistance.length / 2)];
  return nearest && median && farthest ? { nearest, median, farthest } : undefined;
}

/** The picture with its face, when there is one that can be scored. */
function facedPicture(picture: PictureReading): FacedPicture | undefined {
  const face = scorableFace(picture);
  return picture.readable && typeof face !== 'string' ? { picture, face } : undefined;
}

function aboutReferences(
  { references, spread }: ReferenceModel,
  unseen: Reference | undefined,
  scores: readonly ImageScore[],
): Pick<ScoreSummary, 'references' | 'heldOut'> {
  const unseenMean = trimmedMean(
    scores.flatMap((image) => (image.state === 'scored' && image.heldOut ? [image.heldOut.score] : [])),
  );
  return {
    references: {
      count: references.length,
      ...(spread ? { spread: { median: thousandth(spread.median), max: thousandth(spread.max) } } : {}),
    },
    ...(unseen
      ? { heldOut: { photoId: unseen.photoId, ...(unseenMean === undefined ? {} : { mean: unseenMean }) } }
      : {}),
  };
}

const thousandth = (value: number): number => Math.round(value * 1000) / 1000;
