// What draws stills, in memory: a request becomes rows at once, and what the runs are told is noted.

import { createHash } from 'node:crypto';
import type { DrawingDeps } from '../../../api/deps.ts';
import { nameUuid } from '../../../core/name-uuid.ts';
import type { Characters } from '../../../core/ports/characters.ts';
import type { RunError } from '../../../core/ports/run-error.ts';
import { notFound, Refusal } from '../../../core/refusal.ts';
import type { StillsRequest } from '../../../core/stills/start-batch.ts';
import type { FakeStills } from '../../support/fake-stills.ts';
import { newBatch, newStill } from '../../support/new-stills.ts';
import type { Told } from './fake-runs.ts';

interface World {
  fake: FakeStills;
  characters: Characters;
  told: Told[];
  /** What every call of the runs throws while it is set. */
  broken: { runs?: RunError };
}

const PRICE = { lowest: 70_000, highest: 140_000 };

export function createFakeDrawing({ fake, characters, told, broken }: World): DrawingDeps {
  const tell = async (...what: Told) => {
    if (broken.runs) throw broken.runs;
    told.push(what);
  };

  async function checkCast(tenantId: string, { frames }: StillsRequest): Promise<void> {
    for (const { characterId } of frames.flatMap((frame) => frame.characters)) {
      if (characterId !== undefined && !(await characters.find(tenantId, characterId))) throw notFound();
    }
  }

  return {
    stillRuns: {
      start: (batch) => tell('startBatch', batch),
      again: (plan, number) => tell('drawAgain', plan, number),
      cancel: (batchId) => tell('cancelBatch', batchId),
    },
    batches: {
      async start({ tenantId, key, request }) {
        await checkCast(tenantId, request);
        const id = nameUuid(`${tenantId}\n${key}`);
        const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
        const stills = request.frames.flatMap(({ n, frameId }, frame) =>
          Array.from({ length: n }, (_, index) => ({ frame, frameId, variant: index + 1 })),
        );
        const { budget = PRICE.highest * stills.length, context, maxRepairs } = request;
        const rows = stills.map((still, index) => newStill(index + 1, still));
        const known = await fake.batch(tenantId, id);
        if (known && known.requestHash !== requestHash) {
          throw new Refusal('idempotency_conflict', 'The key was used for another request.');
        }
        const batch = newBatch(tenantId, rows, { id, requestHash, budget, context, maxRepairs });
        const opened = await fake.open(batch, { openBatches: 20, monthCap: 200_000_000 });
        if (!('batch' in opened)) throw new Error('The rows in memory refuse nothing.');
        await tell('startBatch', { tenantId, batchId: id });
        return opened.batch;
      },
      async estimate({ request }) {
        const frames = request.frames.map(({ frameId, n, prompt }, frame) => ({
          frame,
          frameId,
          drawn: { route: 'lora' as const, stills: n, price: PRICE, prompt },
        }));
        return { price: PRICE, frames, ignored: [], refusals: [] };
      },
    },
  };
}
