// Example answers about stills, for the reference page: one scene of two characters.

import { CALIBRATION } from '../../domain/score.ts';

const BATCH = '8a4f1c26-5d3b-8e70-9c1a-2b7d6e5f4a30';
const STILL = 'c0d2b7e4-1f6a-8b3c-8d5e-7a9f0b1c2d3e';
const PICTURE = '5e6f7a8b-9c0d-8e1f-a2b3-c4d5e6f7a8b9';
const MARA = '7d0c7c39-6f26-4a54-9f5e-0f2f7c1f6b11';
const JONAS = '1b2c3d4e-5f60-4718-8293-a4b5c6d7e8f9';
const MARA_1 = '3f7a9d52-8c1e-8f0b-9a44-52d1c0a7be10';
const JONAS_2 = '9e8d7c6b-5a49-8382-b716-0514233241f0';
const CREATED = '2026-11-30T10:00:00.000Z';
const SECOND = '2026-11-30T10:00:42.000Z';

const self = `/v1/stills/${BATCH}`;
const money = { lowestUsd: 0.07, highestUsd: 0.14, currency: 'USD' } as const;
const cost = { reservedUsd: 0, chargedUsd: 0.07, currency: 'USD' } as const;

const request = {
  frames: [
    {
      frameId: 'scene-4-frame-2',
      prompt: 'Mara and Jonas argue on the quay at night, medium shot',
      characters: [
        { characterId: MARA, position: 'left' },
        { characterId: JONAS, position: 'right', strength: 85 },
      ],
      aspectRatio: '16:9',
      location: 'a foggy harbour',
      moodboard: ['teal and orange', '35 mm film'],
    },
  ],
  budgetUsd: 1,
  context: { projectId: 'p-7', sceneId: 'scene-4' },
};

const picture = {
  pictureId: PICTURE,
  number: 2,
  kind: 'repaint',
  base: 1,
  seed: 4711,
  size: { width: 1328, height: 752 },
  sha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  flagged: false,
  check: {
    calibration: CALIBRATION.version,
    faces: [
      { box: { x: 310, y: 140, width: 96, height: 121 }, state: 'recognised', member: 0, score: 93.1 },
      { box: { x: 842, y: 151, width: 90, height: 118 }, state: 'recognised', member: 1, score: 61.4 },
    ],
    findings: [
      {
        code: 'low_likeness',
        member: 1,
        face: 1,
        message: 'Jonas does not look enough like the reference photos.',
      },
    ],
  },
  createdAt: SECOND,
  links: { content: `/v1/pictures/${PICTURE}/content` },
};

const still = {
  stillId: STILL,
  batchId: BATCH,
  number: 1,
  frame: 0,
  frameId: 'scene-4-frame-2',
  variant: 1,
  state: 'flagged',
  route: 'lora+inpaint',
  prompt:
    'lkhsvrnq woman and a man argue on the quay at night, medium shot, a foggy harbour, teal and orange, 35 mm film',
  cast: [
    { characterId: MARA, identityId: MARA_1, version: 1, name: 'Mara', referenceStrength: 80, place: { order: 0 } },
    { characterId: JONAS, identityId: JONAS_2, version: 2, name: 'Jonas', referenceStrength: 85, place: { order: 1 } },
  ],
  seed: 4711,
  size: picture.size,
  price: money,
  cost,
  repairs: 0,
  best: 2,
  findings: picture.check.findings,
  pictures: [picture],
  revision: 12,
  createdAt: CREATED,
  closedAt: SECOND,
  links: { self: `${self}/frames/${STILL}`, content: picture.links.content },
};

const head = {
  batchId: BATCH,
  state: 'done',
  counts: {
    queued: 0,
    drawing: 0,
    checking: 0,
    repairing: 0,
    passed: 0,
    flagged: 1,
    failed: 0,
    refused: 0,
    cancelled: 0,
  },
  total: 1,
  maxRepairs: 2,
  budgetUsd: 1,
  price: money,
  cost,
  context: request.context,
  ignored: [],
  provider: 'sandbox',
  revision: 12,
  createdAt: CREATED,
  closedAt: SECOND,
  links: { self, events: `${self}/events`, report: `${self}/report` },
};

export const STILL_EXAMPLES = {
  request,
  still,
  batch: { ...head, stills: [still] },
  batchPage: { items: [head] },
  estimate: {
    price: money,
    stills: 1,
    frames: [
      { frame: 0, frameId: 'scene-4-frame-2', route: 'lora+inpaint', stills: 1, price: money, prompt: still.prompt },
    ],
    ignored: [
      {
        frame: 0,
        field: 'references',
        reason: 'The route lora+inpaint draws from no reference pictures. Use lora+refs or refs.',
      },
    ],
    refusals: [],
  },
  cancelSent: { batchId: BATCH, links: { self } },
  again: { still: { ...still, state: 'repairing' }, priceUsd: 0.035, currency: 'USD' },
  againPrice: { priceUsd: 0.035, currency: 'USD' },
  report: {
    batchId: BATCH,
    state: 'done',
    counts: head.counts,
    price: money,
    cost,
    characters: [
      {
        characterId: JONAS,
        name: 'Jonas',
        appearances: [{ stillId: STILL, number: 1, frame: 0, variant: 1, score: 61.4 }],
        mean: 61.4,
        lowest: 61.4,
      },
    ],
    worst: [{ stillId: STILL, number: 1, findings: ['low_likeness'], lowest: 61.4, links: still.links }],
    findings: [{ code: 'low_likeness', count: 1 }],
  },
} as const;
