// A model that makes a LoRA of photos.

import type { TrainingSpec } from '../../domain/job-spec.ts';
import type { TrainerProfile } from '../../domain/profile.ts';
import type { JobAnswer, JobBody } from './job-queue.ts';

export interface Trainer {
  readonly profile: TrainerProfile;
  /** The request as the provider's queue takes it. */
  body(spec: TrainingSpec): JobBody;
  /** Where the provider keeps the LoRA that a job has made. InvalidLora when the answer names none. */
  lora(answer: JobAnswer): string;
}
