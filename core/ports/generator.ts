// A model that draws pictures.

import type { DrawnSize } from '../../domain/image-units.ts';
import type { PictureSpec } from '../../domain/job-spec.ts';
import type { GeneratorProfile } from '../../domain/profile.ts';
import type { JobAnswer, JobBody } from './job-queue.ts';

export interface DrawnPicture {
  /** The provider's address of the picture. */
  address: string;
  /** The provider's checker flagged it: the picture is black. */
  flagged: boolean;
}

export interface Generator {
  readonly profile: GeneratorProfile;
  /** The request for one picture, as the provider's queue takes it. */
  body(spec: PictureSpec): JobBody;
  /** The picture that a job has drawn. ProviderFailed when the answer names none. */
  picture(answer: JobAnswer): DrawnPicture;
  /** What a request draws and is billed for; undefined when its body leaves that open. */
  drawn(body: JobBody): DrawnSize | undefined;
}
