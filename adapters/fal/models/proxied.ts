// The proxy's part of a model: the fields that an app may send, their highest cost, and the fields that we fill in.

import type { JobBody } from '../../../core/ports/job-queue.ts';
import type { Megapixel } from '../../../domain/image-units.ts';
import type { MicroUsd } from '../../../domain/money.ts';

/** An app's body, which has only allowed fields. */
export interface ProxiedRequest {
  /** Its highest possible cost. */
  price: MicroUsd;
  /** The LoRAs in it, by the app's addresses. */
  loras: readonly string[];
  /** The app turned the content checker off. */
  unchecked: boolean;
  /** The body with other addresses for its LoRAs, in their order. */
  body(loras: readonly string[]): JobBody;
  /** The body to post. A seed of the app counts. */
  toPost(ours: { loras: readonly string[]; seed: number; safetyChecker: boolean }): JobBody;
}

export interface Proxied {
  /** Throws ZodError, which names every wrong field. */
  read(given: unknown, megapixel: Megapixel): ProxiedRequest;
  /** Why the body is for another kind of model; undefined when it may be for this one. */
  misplaced?(given: unknown): string | undefined;
}
