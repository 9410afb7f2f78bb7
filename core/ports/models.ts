// The supported models, by the ids of their profiles.

import type { ModelPair } from '../../domain/profile.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import type { Generator } from './generator.ts';
import type { Trainer } from './trainer.ts';

/** An unknown id throws Unexpected: an older version of the code may know it. */
export interface Models {
  /** The model of a paid request. */
  ofCall(call: Pick<ProviderCall, 'profile'>): Trainer | Generator;
  trainer(id: string): Trainer;
  generator(id: string): Generator;
  /** Throws Internal unless the generator can draw the trainer's LoRAs. */
  pair(ids: ModelPair): { trainer: Trainer; generator: Generator };
}
