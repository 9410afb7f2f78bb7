// How fast the trainings of this installation went, by its ledger.

import { FASTEST_TRAINING_SECONDS, PAST_TRAININGS } from '../../domain/expected-time.ts';
import { TRAINING } from '../../domain/provider-profile.ts';
import type { Supabase } from './client.ts';
import { answerOf } from './unwrap.ts';

/** Seconds a step; undefined while there are too few trainings to tell. Throws Failure when the database does not answer. */
export function createTrainingPace(client: Supabase, provider: 'fal' | 'sandbox'): () => Promise<number | undefined> {
  const question = {
    p_profile: TRAINING.profile,
    p_fastest: provider === 'fal' ? FASTEST_TRAINING_SECONDS : 0,
    p_newest: PAST_TRAININGS.newest,
    p_fewest: PAST_TRAININGS.fewest,
  };
  return async () => (await answerOf(client.rpc('training_pace', question), 'the past trainings')) ?? undefined;
}
