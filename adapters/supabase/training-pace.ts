// The pace of this installation's trainings, from its ledger.

import { FASTEST_TRAINING_SECONDS, PAST_TRAININGS } from '../../domain/expected-time.ts';
import type { Supabase } from './client.ts';
import { answerOf } from './unwrap.ts';

type TrainingPace = (profile: string) => Promise<number | undefined>;

/** Seconds a step of a profile's trainings; undefined when there are too few. Throws Failure without the database. */
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
