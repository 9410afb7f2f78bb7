// Example answers for the reference page: one character, from its photos to a round that waits for a decision. The
// linter in the tests checks each against its schema.

import { CALIBRATION, scoreOf, tenth } from '../../domain/score.ts';

const CHARACTER = '7d0c7c39-6f26-4a54-9f5e-0f2f7c1f6b11';
const IDENTITY = '3f7a9d52-8c1e-8f0b-9a44-52d1c0a7be10';
const PHOTO = 'b3a1f7d4-2f6c-4c0e-8d1c-9f7f3f0e5a21';
const IMAGE = '51c9e0aa-7f0b-8e2d-9b1c-6f0d3e8a4c77';
const DECISION = 'e7b1c1de-52f4-4c09-9d1e-8a6f0b3c2d14';
const STARTED = '2026-11-22T09:30:00.000Z';
const SINCE = '2026-11-22T09:38:12.000Z';

const subject = { kind: 'human', noun: 'woman' } as const;
const triggerWord = 'lkhsvrnq';
const triggerPhrase = `${triggerWord} ${subject.noun}`;

const character = {
  id: CHARACTER,
  name: 'Captain Mara',
  subject,
  createdAt: '2026-11-22T09:12:00.000Z',
  identity: {
    status: 'ready',
    identityId: IDENTITY,
    version: 1,
    stage: 'ready',
    technologyData: {
      falCharacterId: 'https://storage.example.org/character-loras/mara.safetensors?token=signed',
      referenceStrength: 80,
      triggerPhrase,
    },
  },
};

const photo = {
  photoId: PHOTO,
  characterId: CHARACTER,
  origin: { kind: 'uploaded' },
  width: 1536,
  height: 2048,
  verdict: 'accepted',
  findings: [],
  createdAt: '2026-11-22T09:14:00.000Z',
  links: { content: `/v1/photos/${PHOTO}/content` },
};

const preflight = {
  photos: [
    { photoId: PHOTO, fileName: 'mara-1.jpg', verdict: 'accepted', findings: [] },
    {
      photoId: null,
      fileName: 'mara-2.gif',
      verdict: 'rejected',
      findings: [
        { code: 'unsupported_format', severity: 'rejection', message: 'Format not supported. Use JPEG, PNG or WebP.' },
      ],
    },
  ],
  set: {
    usable: 1,
    total: 1,
    minimum: 3,
    maximum: 5,
    sufficient: false,
    problem: {
      code: 'too_few_photos',
      message: 'At least 3 reference images required: there are 1. Upload more photos.',
    },
  },
  advice: [],
};

const DISTANCE = 0.941;
const compared = (distance: number) => ({ photoId: PHOTO, distance, score: tenth(scoreOf(distance)) });
const score = {
  type: 'portrait',
  imageId: IMAGE,
  state: 'scored',
  score: tenth(scoreOf(DISTANCE)),
  distance: DISTANCE,
  compared: { nearest: compared(0.874), median: compared(DISTANCE), farthest: compared(1.012) },
};
const scores = {
  calibration: CALIBRATION.version,
  mean: score.score,
  worst: score.score,
  scorable: 1,
  of: 1,
  passed: false,
  missed: ['coverage'],
};

const links = { self: `/v1/identities/${IDENTITY}` };

const identity = {
  identityId: IDENTITY,
  characterId: CHARACTER,
  source: 'run',
  provider: 'fal',
  stage: 'awaiting_approval',
  revision: 14,
  startedAt: STARTED,
  stageSince: SINCE,
  round: 1,
  training: 1,
  triggerWord,
  triggerPhrase,
  subject,
  testSuite: 'suite-2',
  referenceStrength: 80,
  photos: [{ photoId: PHOTO, verdict: 'accepted', findings: [] }],
  references: [{ photoId: PHOTO, links: { content: `/v1/identities/${IDENTITY}/references/${PHOTO}/content` } }],
  lora: { training: 1, sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', bytes: 89_745_224 },
  images: [
    {
      type: 'portrait',
      imageId: IMAGE,
      seed: 11_001,
      sha256: '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
      score,
      links: { content: `/v1/images/${IMAGE}/content` },
    },
  ],
  failedImages: [],
  scores,
  tries: [],
  waiting: { since: SINCE, expiresAt: '2026-11-29T09:38:12.000Z', reminders: 0, escalated: false },
  unclearCalls: [],
  unclear: [],
  decisions: [],
  ignored: [],
  cost: { estimated: 2.35, reserved: 0, charged: 2.35, currency: 'USD' },
  links,
};

const identityItem = {
  identityId: IDENTITY,
  characterId: CHARACTER,
  stage: 'awaiting_approval',
  referenceStrength: 80,
  createdAt: STARTED,
  links,
};

const budget = {
  month: '2026-11',
  cap: 200,
  ownCap: false,
  reserved: 2,
  charged: 40.25,
  left: 157.75,
  warning: false,
  identityCap: 20,
  currency: 'USD',
};

const ledgerEntry = {
  key: `${IDENTITY}/train/1`,
  identityId: IDENTITY,
  purpose: 'training',
  endpoint: 'fal-ai/flux-lora-fast-training',
  state: 'settled',
  attempts: 1,
  month: '2026-11',
  estimateUsd: 2,
  estimateMicros: 2_000_000,
  chargedUsd: 2,
  chargedMicros: 2_000_000,
  requestId: '764cabcf-b745-4b3e-ae38-1200304cf45b',
  createdAt: '2026-11-22T09:30:20.000Z',
};

const { images, failedImages } = identity;
const identityTest = {
  identityId: IDENTITY,
  number: 1,
  state: 'done',
  types: ['portrait'],
  referenceStrength: 80,
  images,
  failedImages,
  calibration: CALIBRATION.version,
  unclearCalls: [],
  createdAt: '2026-11-23T10:02:00.000Z',
  closedAt: '2026-11-23T10:02:21.000Z',
  links: { self: `/v1/identities/${IDENTITY}/tests` },
};

const rescore = {
  identityId: IDENTITY,
  calibration: CALIBRATION.version,
  state: 'done',
  sets: [{ round: 1, referenceStrength: 80, images: [{ type: 'portrait', imageId: IMAGE, score }], scores }],
  at: '2026-11-29T12:00:00.000Z',
  links: { self: `/v1/identities/${IDENTITY}/rescore` },
};

const testItem = {
  identityId: IDENTITY,
  number: 2,
  state: 'needs_operator',
  types: ['portrait'],
  referenceStrength: 80,
  createdAt: '2026-11-24T10:02:00.000Z',
  unclear: [
    {
      callKey: `${IDENTITY}/retest/2/80/portrait`,
      purpose: 'test_image',
      endpoint: 'fal-ai/flux-lora',
      estimateUsd: 0.07,
      postedAt: '2026-11-24T10:02:01.000Z',
      attempts: 1,
      reason: 'the connection broke',
    },
  ],
  links: { self: `/v1/identities/${IDENTITY}/tests` },
};

const version = {
  version: 1,
  identityId: IDENTITY,
  state: 'current',
  referenceStrength: 80,
  loraSha256: '5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef',
  testSuite: 'suite-2',
  scores,
  trainer: 'fal/flux-lora-fast-training@1',
  generator: 'fal/flux-lora@1',
  decision: { round: 1, decisionId: DECISION },
  approvedBy: 'key:4c1d',
  createdAt: SINCE,
  stateChangedAt: SINCE,
  stateChangedBy: 'key:4c1d',
  links: { identity: `/v1/identities/${IDENTITY}` },
};

export const EXAMPLES = {
  subject,
  character,
  characterPage: { items: [character] },
  versions: { characterId: CHARACTER, current: 1, items: [version] },
  photo,
  photoList: { items: [photo] },
  fromPictures: { pictureIds: [IMAGE] },
  characterPictures: {
    items: [
      {
        pictureId: IMAGE,
        source: { kind: 'test', identityId: IDENTITY, type: 'portrait' },
        createdAt: '2026-11-22T09:41:00.000Z',
        links: { content: `/v1/images/${IMAGE}/content` },
      },
    ],
  },
  preflight,
  identity,
  identityItem,
  identityTest,
  rescore,
  testItem,
  testCancelSent: { identityId: IDENTITY, number: 2, links: { self: `/v1/identities/${IDENTITY}/tests` } },
  identityPage: { items: [identityItem] },
  replacePhotos: {
    photoIds: [PHOTO, 'c2f0a9de-11b7-4e2f-9d0c-2a5b8e7f6d32', 'd8e1b6cf-44aa-4f0e-8b1d-7c9f0a3e5b43'],
  },
  decisionSent: { identityId: IDENTITY, round: 1, decisionId: DECISION, links },
  cancelSent: { identityId: IDENTITY, links },
  budget,
  ledgerEntry,
  ledgerPage: { items: [ledgerEntry] },
};
