// How fast trainings went, by the ledger of a real database.

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createTrainingPace } from '../../adapters/supabase/training-pace.ts';
import { PAST_TRAININGS } from '../../domain/expected-time.ts';
import { identityWorkflowId } from '../../domain/keys.ts';
import { newCast } from '../support/cast.ts';
import { TRAINER } from '../support/models.ts';
import { databaseOf, startTestSupabase, type TestSupabase, testClient } from '../support/supabase.ts';

const MINUTE = 60_000;

let supabase: TestSupabase;
let client: Supabase;
beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
});
afterAll(() => supabase?.stop());
afterEach(async () => {
  await client.from('provider_calls').delete().eq('endpoint', TRAINER.endpoint);
});

interface Trained {
  seconds: number;
  steps?: number;
  state?: 'settled' | 'failed' | 'submitted';
  /** Minutes ago that it ended. */
  ago?: number;
}

/** A row of the ledger, each of a tenant of its own. */
async function trained({ seconds, steps = 1000, state = 'settled', ago = 1 }: Trained): Promise<void> {
  const { tenantId, identityId } = await newCast(client);
  const ended = Date.now() - ago * MINUTE;
  const { error } = await supabase.client.from('provider_calls').insert({
    key: `${identityId}/train/1`,
    tenant_id: tenantId,
    subject_kind: 'identity',
    subject_id: identityId,
    profile: TRAINER.id,
    endpoint: TRAINER.endpoint,
    workflow_id: identityWorkflowId(identityId),
    state,
    request_id: randomUUID(),
    token: randomUUID(),
    month: '2026-11-01',
    estimate_micros: 2_000_000,
    charged_micros: state === 'submitted' ? null : 2_000_000,
    input: { steps },
    posted_at: new Date(ended - seconds * 1000).toISOString(),
    updated_at: new Date(ended).toISOString(),
  });
  expect(error).toBeNull();
}

test('is the median by steps of the trainings that came to a result, of all tenants', async () => {
  for (const seconds of [200, 240, 3000]) await trained({ seconds });
  await trained({ seconds: 500, steps: 2000 });
  await trained({ seconds: 9000, state: 'failed' });
  await trained({ seconds: 9000, state: 'submitted' });
  // 0.2, 0.24, 0.25 and 3 seconds a step.
  expect(await createTrainingPace(client, 'fal')(TRAINER.id)).toBeCloseTo(0.245, 3);
});

test('is not told by fewer than three', async () => {
  await trained({ seconds: 200 });
  await trained({ seconds: 200 });
  expect(await createTrainingPace(client, 'fal')(TRAINER.id)).toBeUndefined();
});

test('follows the newest: a provider that became slower is told after some trainings', async () => {
  for (let n = 0; n < 3; n++) await trained({ seconds: 100, ago: 1000 });
  for (let n = 0; n < PAST_TRAININGS.newest; n++) await trained({ seconds: 300, ago: 10 });
  expect(await createTrainingPace(client, 'fal')(TRAINER.id)).toBeCloseTo(0.3, 3);
});

test('of the real provider leaves out what a sandbox trained in the same ledger', async () => {
  for (let n = 0; n < 5; n++) await trained({ seconds: 2 });
  expect(await createTrainingPace(client, 'sandbox')(TRAINER.id)).toBeCloseTo(0.002, 4);
  expect(await createTrainingPace(client, 'fal')(TRAINER.id)).toBeUndefined();
});

test('only our own processes may ask', async () => {
  const question = { p_profile: TRAINER.id, p_fastest: 0, p_newest: 20, p_fewest: 3 };
  const { error } = await testClient(supabase.url, supabase.publishableKey).rpc('training_pace', question);
  expect(error).not.toBeNull();
});
