// The models of all providers, found by the ids of their profiles.

import type { Generator } from '../core/ports/generator.ts';
import type { Models } from '../core/ports/models.ts';
import type { Trainer } from '../core/ports/trainer.ts';
import { Failure } from '../domain/failure.ts';
import { isPair } from '../domain/profile.ts';

const isTrainer = (model: Trainer | Generator): model is Trainer => model.profile.kind === 'trainer';

/** Throws at once when two models have one id. */
export function createModels(all: readonly (Trainer | Generator)[]): Models {
  const byId = new Map(all.map((model) => [model.profile.id, model]));
  if (byId.size < all.length) throw new Error('Two models have the same profile id: make one of them a new version.');

  function known(id: string): Trainer | Generator {
    const model = byId.get(id);
    if (model) return model;
    // Retried: the next deploy, or the one before, may know it.
    throw new Failure(
      'Unexpected',
      `This version knows no model "${id}". Run one that does; what is paid for goes on.`,
    );
  }

  function trainer(id: string): Trainer {
    const model = known(id);
    if (isTrainer(model)) return model;
    throw new Failure('Internal', `"${id}" is no trainer.`);
  }

  function generator(id: string): Generator {
    const model = known(id);
    if (!isTrainer(model)) return model;
    throw new Failure('Internal', `"${id}" draws no pictures.`);
  }

  return {
    ofCall: ({ profile }) => known(profile),
    trainer,
    generator,
    pair(ids) {
      const pair = { trainer: trainer(ids.trainer), generator: generator(ids.generator) };
      if (isPair(pair.trainer.profile, pair.generator.profile)) return pair;
      throw new Failure(
        'Internal',
        `"${ids.generator}" cannot draw what "${ids.trainer}" makes: they are of two families.`,
      );
    },
  };
}
