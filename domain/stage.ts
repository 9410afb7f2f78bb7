// The stages of one run, and which of them are final. The names are a contract: the API, the search attribute
// `IdentityStage` and the storyboard app all show them.

export const STAGES = [
  'validating',
  'needs_photos',
  'uploading',
  'training',
  'testing',
  'scoring',
  'rescuing',
  'awaiting_approval',
  'needs_operator',
  'publishing',
  'ready',
  'rejected',
  'expired',
  'failed',
  'cancelled',
] as const;

export type Stage = (typeof STAGES)[number];

export const END_STAGES = ['ready', 'rejected', 'expired', 'failed', 'cancelled'] as const satisfies readonly Stage[];
export type EndStage = (typeof END_STAGES)[number];

export function isEndStage(stage: Stage): stage is EndStage {
  return (END_STAGES as readonly Stage[]).includes(stage);
}

/** One line for people, as the console, the demo and the Temporal Web UI show it. */
export const STAGE_TEXT: Record<Stage, string> = {
  validating: 'Checking the photos',
  needs_photos: 'Waiting for replacement photos',
  uploading: 'Packing the photos for training',
  training: 'Training character with fal LoRA…',
  testing: 'Making the test images',
  scoring: 'Scoring likeness',
  rescuing: 'Trying other reference strengths',
  awaiting_approval: 'Waiting for a reviewer',
  needs_operator: 'Waiting for an operator: a payment is unclear',
  publishing: 'Publishing the identity',
  ready: 'Character identity ready!',
  rejected: 'Rejected by a reviewer',
  expired: 'Expired without an answer',
  failed: 'Failed',
  cancelled: 'Cancelled',
};
