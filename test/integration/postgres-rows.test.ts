// The rows of runs and webhooks on a real Postgres, with forty callers at once: numbers without a gap, limits that hold,
// one delivery an endpoint, and no deadlock.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTenant, firstTenant } from '../../adapters/supabase/keys.ts';
import { createOutbox } from '../../adapters/supabase/outbox.ts';
import { createTables } from '../../adapters/supabase/tables.ts';
import { createWebhookEndpoints } from '../../adapters/supabase/webhook-endpoints.ts';
import { type Cast, lora, NO_LIMITS, newCast, newIdentity, newPhoto, publication, sha } from '../support/cast.ts';
import { atOnce, CONNECTIONS, type Hammer, refusals, startHammer, values } from '../support/hammer.ts';
import { noPostgresHere } from '../support/postgres/binaries.ts';

describe.skipIf(noPostgresHere)('forty callers at once', () => {
  let hammer: Hammer;
  const adapters = () => {
    const { client } = hammer;
    return {
      ...createTables(client),
      outbox: createOutbox(client),
      endpoints: createWebhookEndpoints(client),
    };
  };
  let world: ReturnType<typeof adapters>;
  beforeAll(async () => {
    hammer = await startHammer();
    world = adapters();
  });
  afterAll(() => hammer?.database.stop());

  // First of all: the database is empty.
  test('forty first starts at once work under one tenant', async () => {
    const tenants = await atOnce(CONNECTIONS, () => firstTenant(hammer.client));
    expect(refusals(tenants)).toEqual({});
    expect(new Set(values(tenants)).size).toBe(1);
    const { data } = await hammer.client.from('tenants').select('id, name');
    expect(data).toEqual([{ id: values(tenants)[0], name: 'default' }]);
    await createTenant(hammer.client, 'Second');
    expect(await firstTenant(hammer.client)).toBe(values(tenants)[0]);
  });

  const start = (cast: Cast, id: string) => ({
    id,
    tenantId: cast.tenantId,
    characterId: cast.characterId,
    requestHash: sha('c'),
    referenceStrength: 80,
    trainingSteps: 1000,
  });

  const siblings = async (cast: Cast, count: number): Promise<Cast[]> => {
    const ids = values(await atOnce(count, () => newIdentity(hammer.client, cast)));
    return ids.map((identityId) => ({ ...cast, identityId }));
  };

  test('published twice each, the identities of a character get the numbers 1 to 20', async () => {
    const tables = world;
    for (let round = 0; round < 3; round++) {
      const cast = await newCast(hammer.client);
      const identities = await siblings(cast, CONNECTIONS / 2);
      await atOnce(identities.length, (n) =>
        tables.identities.saveLora(cast.tenantId, (identities[n] as Cast).identityId, lora(cast)),
      );
      const published = await atOnce(CONNECTIONS, (n) =>
        tables.identities.publish(publication(identities[n >> 1] as Cast)),
      );
      expect(refusals(published)).toEqual({});
      const versions = values(published).map(({ version }) => version);
      expect(versions.filter((_, n) => n % 2 === 0)).toEqual(versions.filter((_, n) => n % 2 === 1));
      const numbers = [...new Set(versions)].sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: CONNECTIONS / 2 }, (_, n) => n + 1));
      const character = await tables.characters.find(cast.tenantId, cast.characterId);
      expect(character?.ready?.version).toBe(CONNECTIONS / 2);
    }
  });

  test('published or closed, and never half of each', async () => {
    const tables = world;
    const identities = await siblings(await newCast(hammer.client), CONNECTIONS / 2);
    await atOnce(identities.length, (n) => {
      const cast = identities[n] as Cast;
      return tables.identities.saveLora(cast.tenantId, cast.identityId, lora(cast));
    });
    await atOnce(CONNECTIONS, async (n) => {
      const cast = identities[n >> 1] as Cast;
      if (n % 2 === 0) await tables.identities.publish(publication(cast));
      else await tables.identities.close(cast.tenantId, cast.identityId, 'cancelled', 'by a person');
    });
    for (const { tenantId, identityId } of identities) {
      const row = await tables.identities.find(tenantId, identityId);
      expect(row?.closedAt).toBeDefined();
      expect([row?.stage, row?.version !== undefined]).toEqual([row?.stage, row?.stage === 'ready']);
      expect(['ready', 'cancelled']).toContain(row?.stage);
    }
  });

  test('exactly as many runs are opened as the tenant may have', async () => {
    for (let round = 0; round < 5; round++) {
      const cast = await newCast(hammer.client);
      const limits = { ...NO_LIMITS, openRuns: 11 };
      const opened = await atOnce(CONNECTIONS, () => world.identities.open(start(cast, randomUUID()), limits));
      expect(refusals(opened)).toEqual({});
      // One is open already.
      expect(values(opened).filter((answer) => answer?.identity)).toHaveLength(10);
    }
  });

  test('one start that is sent forty times is one run', async () => {
    const cast = await newCast(hammer.client);
    const id = randomUUID();
    const opened = await atOnce(CONNECTIONS, () => world.identities.open(start(cast, id), NO_LIMITS));
    const rows = values(opened).map((answer) => answer?.identity);
    expect(rows.map((row) => row?.id)).toEqual(Array(CONNECTIONS).fill(id));
    expect(new Set(rows.map((row) => row?.createdAt)).size).toBe(1);
  });

  test('what a character is and what its open identities were begun as are never two things', async () => {
    const tables = world;
    const nouns = ['woman', 'man'] as const;
    for (let round = 0; round < 5; round++) {
      const { tenantId } = await createTenant(hammer.client, `Tenant ${randomUUID()}`);
      const { id: characterId } = await tables.characters.create(tenantId, 'Ada');
      const cast = { tenantId, characterId, photoIds: [], identityId: '' };
      const answers = await atOnce(CONNECTIONS, async (n) => {
        if (n % 4 === 0) return tables.identities.open(start(cast, randomUUID()), NO_LIMITS);
        return tables.characters.setSubject(tenantId, characterId, { kind: 'human', noun: nouns[n % 2] ?? 'person' });
      });
      expect(refusals(answers)).toEqual({});
      const now = (await tables.characters.find(tenantId, characterId))?.subject;
      const begunAs = (await tables.identities.list(tenantId, { characterId }, { limit: 50 })).items.map(
        (row) => row.subject,
      );
      expect(begunAs).toEqual(Array(CONNECTIONS / 4).fill(now));
    }
  });

  test('one test on request is opened, and whoever asks meanwhile gets that one', async () => {
    const tables = world;
    const cast = await newCast(hammer.client);
    await tables.identities.saveLora(cast.tenantId, cast.identityId, lora(cast));
    await tables.identities.publish(publication(cast));
    for (const number of [1, 2]) {
      const opened = await atOnce(CONNECTIONS, () =>
        tables.retests.open(cast.tenantId, cast.identityId, randomUUID(), ['portrait']),
      );
      expect(refusals(opened)).toEqual({});
      expect(new Set(values(opened).map(({ retest }) => `${retest.id} ${retest.number}`)).size).toBe(1);
      expect(values(opened)[0]?.retest.number).toBe(number);
      await tables.retests.close(cast.tenantId, cast.identityId, number, { state: 'done', failedImages: [] });
    }
  });

  const newEndpoint = async (cast: Cast): Promise<string> => {
    const endpoint = await world.endpoints.create(cast.tenantId, 'https://app.example/hook', ['identity.ready']);
    return endpoint?.id ?? '';
  };

  const enqueue = (cast: Cast, occasion: string) =>
    world.outbox.enqueue({
      tenantId: cast.tenantId,
      identityId: cast.identityId,
      event: 'identity.ready',
      occasion,
      data: { stage: 'ready', round: 1 },
    });

  test('a tenant gets twenty endpoints and no more; one occasion is one delivery each', async () => {
    const cast = await newCast(hammer.client);
    const made = values(await atOnce(CONNECTIONS, () => newEndpoint(cast)));
    expect(made.filter((id) => id !== '')).toHaveLength(20);
    const told = await atOnce(CONNECTIONS, () => enqueue(cast, 'one'));
    expect(refusals(told)).toEqual({});
    expect(new Set(values(told).map((ids) => [...ids].sort().join(' '))).size).toBe(1);
    expect(values(told)[0]).toHaveLength(20);
  });

  test('a receiver that is gone, told of by forty deliveries at once, is disabled without a deadlock', async () => {
    for (let round = 0; round < 5; round++) {
      const cast = await newCast(hammer.client);
      const endpoint = await newEndpoint(cast);
      const occasions = Array.from({ length: CONNECTIONS }, () => randomUUID());
      const deliveries = values(await atOnce(CONNECTIONS, (n) => enqueue(cast, occasions[n] as string))).flat();
      expect(deliveries).toHaveLength(CONNECTIONS);
      const noted = await atOnce(CONNECTIONS, (n) =>
        world.outbox.attempted(deliveries[n] as string, 'failed', { status: 410 }, true),
      );
      expect(refusals(noted)).toEqual({});
      const page = await world.endpoints.deliveries(cast.tenantId, endpoint, { limit: 100 });
      expect(page.items.map(({ state }) => state)).toEqual(Array(CONNECTIONS).fill('failed'));
      expect((await world.endpoints.find(cast.tenantId, endpoint))?.disabledAt).toBeDefined();
    }
  });

  test('the same photos judged in other orders are saved without a deadlock', async () => {
    const cast = await newCast(hammer.client);
    const tables = world;
    for (let n = 0; n < 4; n++) await tables.photos.add(newPhoto(cast.tenantId, cast.characterId));
    const photos = (await tables.photos.of(cast.tenantId, cast.characterId)).map(({ report }) => report);
    for (let round = 0; round < 5; round++) {
      const saved = await atOnce(CONNECTIONS, (caller) => {
        const turned = [...photos.slice(caller % photos.length), ...photos.slice(0, caller % photos.length)];
        return tables.photos.saveReports(cast.tenantId, caller % 2 === 0 ? turned : turned.reverse());
      });
      expect(refusals(saved)).toEqual({});
    }
  });

  test('and the server has seen no deadlock', async () => {
    expect(await hammer.database.postgres.deadlocks()).toBe(0);
  });
});
