// What the proxy has to know of a model: which fields an app may send, what they can cost, and which of them are ours to
// fill in.

import type { JobBody } from '../../../core/ports/job-queue.ts';
import type { Megapixel } from '../../../domain/image-units.ts';
import type { MicroUsd } from '../../../domain/money.ts';

/** A body that an app sent, with nothing in it but fields that are allowed. */
export interface ProxiedRequest {
  /** The most that it can cost. */
  price: MicroUsd;
  /** The LoRAs that it names, by the addresses that the app gave. */
  loras: readonly string[];
  /** The app wants no content checker. */
  unchecked: boolean;
  /** The body with other addresses for its LoRAs, in their order. */
  body(loras: readonly string[]): JobBody;
  /** The body as it is posted. A seed of the app's own counts. */
  toPost(ours: { loras: readonly string[]; seed: number; safetyChecker: boolean }): JobBody;
}

export interface Proxied {
  /** Throws ZodError, which names every field that does not fit. */
  read(given: unknown, megapixel: Megapixel): ProxiedRequest;
  /** Why the body is meant for something else; undefined when it may be meant for this model. */
  misplaced?(given: unknown): string | undefined;
}
