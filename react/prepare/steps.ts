// The steps that a run is shown in, and the one that each of its stages belongs to.

import type { Stage } from '../../domain/stage.ts';

export const STEPS = ['photos', 'training', 'testing', 'scoring', 'review', 'ready'] as const;
export type Step = (typeof STEPS)[number];

const STEP_OF_STAGE: Record<Stage, Step> = {
  validating: 'photos',
  needs_photos: 'photos',
  uploading: 'photos',
  training: 'training',
  testing: 'testing',
  scoring: 'scoring',
  rescuing: 'scoring',
  awaiting_approval: 'review',
  // Which payment is unclear, the page of operations tells; a training is by far the most likely.
  needs_operator: 'training',
  publishing: 'ready',
  ready: 'ready',
  rejected: 'review',
  expired: 'review',
  failed: 'training',
  cancelled: 'training',
};

export const stepOf = (stage: Stage): number => STEPS.indexOf(STEP_OF_STAGE[stage]);
