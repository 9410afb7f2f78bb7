// The answer about an identity: from the run's own state, or from the rows when the run is no longer kept.

import type { Spend } from '../core/ports/books.ts';
import type { IdentityRow } from '../core/ports/identities.ts';
import type { UnclearCall } from '../core/ports/ledger.ts';
import type { TestImageRow } from '../core/ports/test-images.ts';
import type { IdentityState } from '../domain/identity-state.ts';
import { triggerWord } from '../domain/keys.ts';
import { CURRENCY, type MicroUsd, usd } from '../domain/money.ts';
import { type Subject, triggerPhrase } from '../domain/subject.ts';
import { testSuiteOf } from '../domain/test-suite.ts';
import { purposeOf } from './call-purpose.ts';
import type { ApiDeps } from './deps.ts';
import { identityPath, imageContentPath, referenceContentPath, webUiLink } from './links.ts';
import type { Identity } from './schemas/identity.ts';

/** Facts about an identity that are not part of its state. */
export interface About {
  estimated: MicroUsd;
  spend: Spend;
  /** While it trains. */
  expected?: Identity['expected'];
  models: ApiDeps['models'];
  provider: ApiDeps['providerName'];
  webUi: ApiDeps['webUi'];
}

/** The run's state without its tenant, and the ledger's data of the calls that an operator has to settle. */
export function answerFromRun(state: IdentityState, unclear: readonly UnclearCall[], about: About): Identity {
  const { tenantId: _, images, tries, ...rest } = state;
  return {
    ...rest,
    ...naming(state.triggerWord, state.subject),
    ...around(state.identityId, about),
    source: 'run',
    references: referencesIn(state),
    images: images.map((image) => withLink(image)),
    tries: tries.map(({ images: scores, ...one }) => ({
      ...one,
      images: scores.map((score) => withLink({ type: score.type, imageId: score.imageId, score })),
    })),
    unclear: unclear.map((call) => answerUnclear(about.models, call)),
  };
}

export function answerUnclear(models: ApiDeps['models'], unclear: UnclearCall): Identity['unclear'][number] {
  const { key, subject: _, profile: __, estimate, reason, ...call } = unclear;
  return {
    callKey: key,
    purpose: purposeOf(models, unclear),
    ...call,
    estimateUsd: usd(estimate),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The coarse state, from the rows. Decisions stay in the database and are not part of it. */
export function answerFromRow(row: IdentityRow, images: readonly TestImageRow[], about: About): Identity {
  const ofRun = images.filter(({ set }) => set.kind !== 'retest');
  const round = Math.max(0, ...ofRun.map(({ set }) => set.number));
  const shown = ofRun.filter(({ set }) => set.number === round && set.strength === row.referenceStrength);
  return {
    ...around(row.id, about),
    source: 'record',
    identityId: row.id,
    characterId: row.characterId,
    stage: row.stage,
    revision: 0,
    startedAt: row.createdAt,
    stageSince: row.closedAt ?? row.createdAt,
    round,
    training: 0,
    ...naming(triggerWord(row.id), row.subject),
    referenceStrength: row.referenceStrength,
    photos: [],
    references: (row.referencePhotoIds ?? []).map((photoId) => reference(row.id, photoId)),
    ...(row.heldOut === undefined ? {} : { heldOut: row.heldOut }),
    images: shown.map(({ id, type, score }) => withLink({ type, imageId: id, ...(score ? { score } : {}) })),
    ...(row.scores ? { scores: row.scores } : {}),
    failedImages: [],
    tries: [],
    unclearCalls: [],
    unclear: [],
    decisions: [],
    ignored: [],
    ...(row.version === undefined ? {} : { version: row.version }),
    ...(row.closeReason === undefined ? {} : { closeReason: row.closeReason }),
  };
}

/** The answer of a run that was stopped from outside, with the end from its row, as one further revision. */
export function endedByRow(view: Identity, row: IdentityRow): Identity {
  const { waiting: _, trying: __, closeReason: ___, expected: ____, ...rest } = view;
  return {
    ...rest,
    stage: row.stage,
    stageSince: row.closedAt ?? view.stageSince,
    revision: view.revision + 1,
    unclearCalls: [],
    unclear: [],
    ...(row.closeReason === undefined ? {} : { closeReason: row.closeReason }),
  };
}

/** Its name in captions and prompts, and its test suite. */
function naming(
  word: string,
  subject: Subject | undefined,
): Pick<Identity, 'triggerWord' | 'triggerPhrase' | 'subject' | 'testSuite'> {
  return {
    triggerWord: word,
    triggerPhrase: triggerPhrase(word, subject),
    ...(subject ? { subject } : {}),
    testSuite: testSuiteOf(subject),
  };
}

/** Once the photos are sufficient, the run uses those that were not rejected. */
function referencesIn({ identityId, photos, photoProblem }: IdentityState): Identity['references'] {
  if (photoProblem) return [];
  return photos.filter(({ verdict }) => verdict !== 'rejected').map(({ photoId }) => reference(identityId, photoId));
}

function reference(identityId: string, photoId: string): Identity['references'][number] {
  return { photoId, links: { content: referenceContentPath(identityId, photoId) } };
}

function withLink<Image extends { imageId: string }>(image: Image): Image & { links: { content: string } } {
  return { ...image, links: { content: imageContentPath(image.imageId) } };
}

function around(identityId: string, about: About): Pick<Identity, 'provider' | 'expected' | 'cost' | 'links'> {
  const { spend, expected, estimated, webUi } = about;
  return {
    provider: about.provider,
    ...(expected ? { expected } : {}),
    cost: {
      estimated: usd(estimated),
      reserved: usd(spend.reserved),
      charged: usd(spend.charged),
      currency: CURRENCY,
    },
    links: { self: identityPath(identityId), ...(webUi ? { temporal: webUiLink(webUi, identityId) } : {}) },
  };
}
