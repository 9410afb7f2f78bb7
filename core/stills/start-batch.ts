// Starts a batch of stills once: freezes who is in each still, composes its prompts, prices it, writes the rows, then
// starts the workflow. A repeat with the same key finds the batch, and starts a workflow that a crash left out.

import type { ImageSize } from '../../domain/image-units.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { Area, Position, RouteId, StillPrice } from '../../domain/stills/still.ts';
import type { BatchRow, Ignored, StillContext } from '../ports/stills.ts';
import type { RefusalCode } from '../refusal.ts';

/** A member of the cast as a request names it: by exactly one of the first three. */
export interface CastRequest {
  characterId?: string | undefined;
  identityId?: string | undefined;
  /** The address of our copy of the LoRA, as the API answers it; an older signature is as good. */
  loraUrl?: string | undefined;
  /** Of the character; the current one when absent. */
  version?: number | undefined;
  /** 0–100; that of the version when absent. */
  strength?: number | undefined;
  /** What the prompt calls it; the character's name when absent. */
  name?: string | undefined;
  /** At most one of the two. */
  position?: Position | undefined;
  box?: Area | undefined;
}

export interface FrameRequest {
  frameId?: string | undefined;
  prompt: string;
  /** Nobody twice, no position twice. */
  characters: CastRequest[];
  size: { aspectRatio: string } | ImageSize;
  /** Variants, each a still. */
  n: number;
  /** Of the first variant. */
  seed?: number | undefined;
  /** Where the scene takes place, in words. */
  location?: string | undefined;
  /** The look of the film, in words. */
  moodboard: string[];
  /** Addresses of pictures. */
  references: string[];
  /** The app's own name of a model. No route uses it. */
  model?: string | undefined;
}

export interface StillsRequest {
  frames: FrameRequest[];
  /** For all frames; chosen for each when absent. */
  route?: RouteId | undefined;
  maxRepairs: number;
  /** What the batch may cost; its highest price when absent. */
  budget?: MicroUsd | undefined;
  context: StillContext;
}

export interface StartBatch {
  tenantId: string;
  /** Absent in a dry run alone. */
  key: string | undefined;
  request: StillsRequest;
}

/** What a request would cost and do, and what of it would be refused. */
export interface BatchEstimate {
  /** Of all frames that would not be refused. */
  price: StillPrice;
  frames: FrameEstimate[];
  ignored: Ignored[];
  /** `frame`: its index in the request; absent where it is about the whole request, such as its budget. */
  refusals: { frame: number | undefined; code: RefusalCode; message: string }[];
}

export interface FrameEstimate {
  frame: number;
  frameId: string | undefined;
  /** Absent when the frame would be refused. */
  drawn: { route: RouteId; stills: number; price: StillPrice; prompt: string } | undefined;
}

/**
 * The batch for the key, with its workflow started; or the estimate, for which nothing is written and nothing is
 * refused. Refusals: not_found, identity_not_ready, version_not_found, version_retired, version_revoked, wrong_family,
 * lora_not_approved, invalid_request, budget_exceeded, too_many_open_batches, idempotency_conflict. `members.frame` of
 * a refusal names the frame that it is about.
 */
export interface BatchStarter {
  start(asked: StartBatch & { key: string }): Promise<BatchRow>;
  estimate(asked: StartBatch): Promise<BatchEstimate>;
}
