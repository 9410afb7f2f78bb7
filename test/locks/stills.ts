// The locks of batches, stills and their pictures.

import { expect } from 'vitest';
import { createStills } from '../../adapters/supabase/stills.ts';
import { newTenant } from '../support/cast.ts';
import { refusals, values } from '../support/hammer.ts';
import { addStills, newBatch, newPicture, newStill } from '../support/new-stills.ts';
import { type Arena, CALLERS, jobs, type Race } from './race.ts';

const MOST_OPEN = 5;
const LIMITS = { openBatches: MOST_OPEN, monthCap: 1_000_000_000 };

/** A still whose cast has nobody, so that no version has to exist. */
async function oneStill({ client }: Arena) {
  const stills = createStills(client);
  const tenantId = await newTenant(client);
  const [still] = await addStills(stills, tenantId, 1, { cast: [] });
  if (!still) throw new Error('No still was written.');
  return { stills, tenantId, still, place: { tenantId, batchId: still.batchId, stillId: still.id } };
}

export const STILL_RACES: Race[] = [
  {
    promise: 'a tenant has as many open batches as it may, and no more',
    locks: ['open_batch: tenants for no key update'],
    gate: { table: 'batches', before: 'insert', each: 'statement' },
    async run({ client, race }) {
      const stills = createStills(client);
      const tenantId = await newTenant(client);
      const open = () => stills.open(newBatch(tenantId, [newStill(1, { cast: [] })]), LIMITS);
      return values(await race(jobs(CALLERS, open))).filter((answer) => 'batch' in (answer as object)).length;
    },
    holds: MOST_OPEN,
    broken: CALLERS,
  },
  {
    promise: 'a picture of a still that is saved twice is one row',
    locks: ['save_still_picture: pictures on conflict (still_id, number)', 'pictures: unique (still_id, number)'],
    gate: { table: 'pictures', before: 'insert', each: 'row' },
    async run(arena) {
      const { stills, tenantId, still, place } = await oneStill(arena);
      const saved = await arena.race(jobs(CALLERS, () => stills.savePicture(tenantId, still.id, newPicture(1, place))));
      return [(await stills.find(tenantId, still.id))?.pictures.length, values(saved).length];
    },
    holds: [1, CALLERS],
    broken: expect.not.objectContaining([1, CALLERS]),
  },
  {
    promise: 'a picture that is saved while its batch ends does not wait for the end of it for ever',
    locks: [],
    gate: { table: 'pictures', before: 'insert', each: 'row' },
    async run(arena) {
      const { stills, tenantId, still, place } = await oneStill(arena);
      const ended = await arena.race(
        [() => stills.savePicture(tenantId, still.id, newPicture(1, place))],
        [() => stills.closeBatch(tenantId, still.batchId, { state: 'cancelled', reason: 'by a person' })],
      );
      const { state, pictures } = (await stills.find(tenantId, still.id)) ?? {};
      return { state, pictures: pictures?.length, refused: refusals(ended) };
    },
    holds: { state: 'cancelled', pictures: 1, refused: {} },
    broken: undefined,
  },
  {
    promise: 'a still is ended by one of all who end it at once',
    locks: [],
    gate: { table: 'stills', before: 'update', each: 'row' },
    async run(arena) {
      const { stills, tenantId, still } = await oneStill(arena);
      const end = { state: 'failed', best: undefined, repairs: 0, reason: 'No.' } as const;
      return values(await arena.race(jobs(CALLERS, () => stills.close(tenantId, still.id, end)))).filter(Boolean)
        .length;
    },
    holds: 1,
    broken: undefined,
  },
];
