// What the versions of a character promise, whoever keeps them: one current at most, and a revoked one stays revoked.

import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Identities } from '../../core/ports/identities.ts';
import type { Versions } from '../../core/ports/versions.ts';
import type { VersionChange } from '../../domain/version.ts';

export interface VersionsUnderTest {
  versions: Versions;
  identities: Pick<Identities, 'approvedLora' | 'find'>;
  /** A character with that many versions, the newest of them current, and the identities that they are of, oldest first. */
  newCharacter(count: number): Promise<{ tenantId: string; characterId: string; identityIds: string[] }>;
  newTenant(): Promise<string>;
}

export function describeVersions(make: () => Promise<VersionsUnderTest>): void {
  let world: VersionsUnderTest;
  beforeAll(async () => {
    world = await make();
  });

  async function characterOf(count: number) {
    const { versions, identities } = world;
    const { tenantId, characterId, identityIds } = await world.newCharacter(count);
    const list = () => versions.list(tenantId, characterId);
    return {
      tenantId,
      characterId,
      list,
      /** Of version 1 first. */
      states: async () => (await list()).map(({ state }) => state).reverse(),
      set: (version: number, state: VersionChange, reason?: string) =>
        versions.setState(tenantId, characterId, version, { state, by: 'key:k1', reason }),
      approved: (n: number) => identities.approvedLora(tenantId, identityIds[n - 1] ?? ''),
      identity: (n: number) => identities.find(tenantId, identityIds[n - 1] ?? ''),
    };
  }

  describe('the versions of a character', () => {
    test('are listed newest first; another one is made current, and the one before becomes available', async () => {
      const { set, states, list } = await characterOf(3);
      expect((await list()).map(({ version }) => version)).toEqual([3, 2, 1]);
      expect(await states()).toEqual(['available', 'available', 'current']);
      expect(await set(1, 'current')).toBe('done');
      expect(await states()).toEqual(['current', 'available', 'available']);
      expect((await list())[0]).toMatchObject({
        version: 3,
        stateChangedBy: 'key:k1',
        stateReason: 'Version 1 became current.',
      });
    });

    test('have no current one after that was retired or revoked, until one is made so', async () => {
      const { set, states } = await characterOf(2);
      expect(await set(2, 'retired')).toBe('done');
      expect(await states()).toEqual(['available', 'retired']);
      expect(await set(2, 'current')).toBe('done');
      expect(await set(2, 'revoked')).toBe('done');
      expect(await states()).toEqual(['available', 'revoked']);
      expect(await set(1, 'current')).toBe('done');
      expect(await states()).toEqual(['current', 'revoked']);
    });

    test('are never used again once revoked; one that is not there is told', async () => {
      const { set, states } = await characterOf(2);
      await set(1, 'revoked', 'The contract ended.');
      expect(await set(1, 'current')).toBe('version_revoked');
      expect(await set(1, 'retired')).toBe('version_revoked');
      expect(await set(3, 'current')).toBe('version_not_found');
      expect(await states()).toEqual(['revoked', 'current']);
    });

    test('keep who made a change, when and why, when the same change comes again', async () => {
      const { set, list } = await characterOf(1);
      await set(1, 'revoked', 'The contract ended.');
      const before = await list();
      expect(before).toMatchObject([{ stateChangedBy: 'key:k1', stateReason: 'The contract ended.' }]);
      expect(await set(1, 'revoked', 'Once more.')).toBe('done');
      expect(await list()).toEqual(before);
    });

    test('have exactly one current one after twenty changes at once, and each is answered', async () => {
      const { set, states } = await characterOf(4);
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => set((i % 4) + 1, 'current')));
      expect(answers).toEqual(answers.map(() => 'done'));
      expect((await states()).filter((state) => state === 'current')).toHaveLength(1);
    });

    test('give the state with the approved LoRA, and with the identity', async () => {
      const { set, approved, identity } = await characterOf(2);
      expect(await approved(1)).toMatchObject({ version: 1, state: 'available', lora: { training: 1 } });
      await set(2, 'retired');
      expect(await approved(2)).toMatchObject({ version: 2, state: 'retired' });
      expect([(await identity(1))?.versionState, (await identity(2))?.versionState]).toEqual(['available', 'retired']);
    });

    test('are not there for another tenant, and not changed by it', async () => {
      const { characterId, states } = await characterOf(1);
      const other = await world.newTenant();
      const change = { state: 'revoked', by: 'key:k2', reason: undefined } as const;
      expect(await world.versions.list(other, characterId)).toEqual([]);
      expect(await world.versions.setState(other, characterId, 1, change)).toBeUndefined();
      expect(await world.versions.setState(other, randomUUID(), 1, change)).toBeUndefined();
      expect(await states()).toEqual(['current']);
    });
  });
}
