// Characters, photos, identities and their test images in memory, as far as the API asks for them.

import { randomUUID } from 'node:crypto';
import type { MonthBudget } from '../../../core/ports/books.ts';
import type { CharacterRow, Characters } from '../../../core/ports/characters.ts';
import type { Identities, IdentityRow, StoredLora } from '../../../core/ports/identities.ts';
import type { Ports } from '../../../core/ports/index.ts';
import type { Page } from '../../../core/ports/page.ts';
import type { PhotoRow, Photos } from '../../../core/ports/photos.ts';
import type { TestImageRow, TestImages } from '../../../core/ports/test-images.ts';
import type { VersionRow, Versions } from '../../../core/ports/versions.ts';
import { fits } from '../../../domain/budget.ts';
import { DEFAULT_SUBJECT } from '../../../domain/subject.ts';

export const CREATED = '2026-11-22T09:00:00.000Z';

/** By their ids. */
interface Rows {
  characters: Map<string, CharacterRow>;
  photos: Map<string, PhotoRow>;
  identities: Map<string, IdentityRow>;
  images: Map<string, TestImageRow>;
  /** By the identity that became it. */
  versions: Map<string, OwnedVersion>;
  loras: Map<string, StoredLora>;
}

export type OwnedVersion = VersionRow & { tenantId: string; characterId: string };

/** The row, if it is the tenant's. */
type Own = <T extends { tenantId: string }>(row: T | undefined, tenantId: string) => T | undefined;
/** A page of the tenant's rows. */
type PageOf = <T extends { tenantId: string }>(
  rows: Iterable<T>,
  tenantId: string,
  limit: number,
  cursor?: string,
) => Page<T>;

const notAsked = async () => {
  throw new Error('the API does not write this');
};

export function createFakeTables(
  rows: Rows,
  own: Own,
  page: PageOf,
  budgetOf: (tenantId: string) => Promise<MonthBudget>,
): Pick<Ports, 'characters' | 'photos' | 'identities' | 'versions' | 'testImages'> {
  const characters: Characters = {
    create: async (tenantId, name, subject = DEFAULT_SUBJECT) => {
      const row = {
        id: randomUUID(),
        tenantId,
        name,
        subject,
        createdAt: CREATED,
        ready: undefined,
        newest: undefined,
      };
      rows.characters.set(row.id, row);
      return row;
    },
    setSubject: async (tenantId, id, subject) => {
      const row = own(rows.characters.get(id), tenantId);
      if (!row) return undefined;
      const open = [...rows.identities.values()].filter((one) => one.characterId === id && one.closedAt === undefined);
      if (open.some((one) => one.subject?.kind !== subject.kind || one.subject.noun !== subject.noun)) return false;
      row.subject = subject;
      return true;
    },
    list: async (tenantId, { limit, cursor }) => page(rows.characters.values(), tenantId, limit, cursor),
    find: async (tenantId, id) => own(rows.characters.get(id), tenantId),
  };

  const photos: Photos = {
    saveReports: notAsked,
    add: async (photo) => {
      const row = { ...photo, createdAt: CREATED };
      rows.photos.set(row.id, row);
      return row;
    },
    of: async (tenantId, characterId) =>
      [...rows.photos.values()].filter((row) => row.characterId === characterId && own(row, tenantId)),
    find: async (tenantId, id) => own(rows.photos.get(id), tenantId),
    remove: async (tenantId, id) => {
      const row = own(rows.photos.get(id), tenantId);
      rows.photos.delete(id);
      return row;
    },
  };

  const identities: Identities = {
    saveStage: notAsked,
    saveReferences: notAsked,
    saveArchive: notAsked,
    saveLora: notAsked,
    lora: notAsked,
    saveStrength: notAsked,
    saveDecision: notAsked,
    publish: notAsked,
    close: notAsked,
    approvedLora: async (tenantId, identityId) => {
      const version = own(rows.versions.get(identityId), tenantId);
      const lora = rows.loras.get(identityId);
      return version && lora && { lora, version: version.version, state: version.state };
    },
    open: async (identity, { minPhotos, maxPhotos, openRuns, wanted }) => {
      const { id, tenantId, characterId } = identity;
      const character = own(rows.characters.get(characterId), tenantId);
      if (!character) return undefined;
      const month = await budgetOf(tenantId); // from here on nothing comes between, as in the database's transaction
      const there = rows.identities.get(id);
      if (there) return { identity: there };
      const all = [...rows.photos.values()]
        .filter((photo) => photo.characterId === characterId)
        .map((photo) => photo.id);
      const { photoIds = all } = identity;
      const open = [...rows.identities.values()].filter((row) => own(row, tenantId) && row.closedAt === undefined);
      const enough = photoIds.every((photo) => all.includes(photo)) && photoIds.length >= minPhotos;
      const affordable = fits(month, wanted) && wanted <= month.identityCap;
      if (!enough || photoIds.length > maxPhotos || !affordable || open.length >= openRuns) {
        return { photoIds: all, month };
      }
      const row: IdentityRow = {
        ...identity,
        photoIds,
        referencePhotoIds: undefined,
        heldOut: undefined,
        startStrength: identity.referenceStrength,
        subject: character.subject,
        stage: 'validating',
        version: undefined,
        versionState: undefined,
        scores: undefined,
        closeReason: undefined,
        createdAt: new Date().toISOString(),
        closedAt: undefined,
      };
      rows.identities.set(row.id, row);
      return { identity: row };
    },
    find: async (tenantId, id) => own(rows.identities.get(id), tenantId),
    list: async (tenantId, { stage, characterId }, { limit, cursor }) => {
      const wanted = [...rows.identities.values()].filter(
        (row) => (!stage || row.stage === stage) && (!characterId || row.characterId === characterId),
      );
      return page(wanted, tenantId, limit, cursor);
    },
  };

  const move = (row: OwnedVersion, state: OwnedVersion['state'], by: string, reason: string | undefined) => {
    Object.assign(row, { state, stateChangedBy: by, stateChangedAt: new Date().toISOString(), stateReason: reason });
    const identity = rows.identities.get(row.identityId);
    if (identity) identity.versionState = state;
  };
  const versions: Versions = {
    list: async (tenantId, characterId) =>
      [...rows.versions.values()]
        .filter((row) => row.characterId === characterId && own(row, tenantId))
        .sort((a, b) => b.version - a.version)
        .map(({ tenantId: _, characterId: __, ...row }) => row),
    setState: async (tenantId, characterId, number, { state, by, reason }) => {
      if (!own(rows.characters.get(characterId), tenantId)) return undefined;
      const all = [...rows.versions.values()].filter((row) => row.characterId === characterId);
      const row = all.find(({ version }) => version === number);
      if (!row) return 'version_not_found';
      if (row.state === state) return 'done';
      if (row.state === 'revoked') return 'version_revoked';
      const current = all.find((one) => one.state === 'current');
      if (state === 'current' && current) move(current, 'available', by, `Version ${number} became current.`);
      move(row, state, by, reason);
      return 'done';
    },
  };

  const testImages: TestImages = {
    save: notAsked,
    saveScores: notAsked,
    list: async (tenantId, identityId) =>
      [...rows.images.values()].filter(
        (row) => row.identityId === identityId && own(rows.identities.get(identityId), tenantId),
      ),
    find: async (tenantId, id) => {
      const row = rows.images.get(id);
      return row && own(rows.identities.get(row.identityId), tenantId) ? row : undefined;
    },
  };

  return { characters, photos, identities, versions, testImages };
}
