// How fast the trainings of this installation went, by its ledger.

import { FASTEST_TRAINING_SECONDS, PAST_TRAININGS } from '../../domain/expected-time.ts';
import type { Supabase } from './client.ts';
import { answerOf } from './unwrap.ts';

type TrainingPace = (profile: string) => Promise<number | undefined>;

/** Seconds a step of the trainings by a profile; undefined while there are too few trainings to tell. Throws Failure when the database does not answer. */
export function createTrainingPace(client: Supabase, provider: 'fal' | 'sandbox'): TrainingPace {
  const question = {
    p_fastest: provider === 'fal' ? FASTEST_TRAINING_SECONDS : 0,
    p_newest: PAST_TRAININGS.newest,
    p_fewest: PAST_TRAININGS.fewest,
  };
  return async (profile) => {
    const request = client.rpc('training_pace', { ...question, p_profile: profile });
    return (await answerOf(request, 'the past trainings')) ?? undefined;
  };
}
