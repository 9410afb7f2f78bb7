// The versions of a character, and their states: current, retired or revoked.

import type { VersionChange, VersionRefusal } from '../../domain/version.ts';
import type { Ports } from '../ports/index.ts';
import type { VersionRow } from '../ports/versions.ts';
import { notFound, Refusal } from '../refusal.ts';

type VersionWorld = Pick<Ports, 'characters' | 'versions'>;

const REFUSED: Record<VersionRefusal, (version: number) => string> = {
  version_not_found: (version) =>
    `The character has no version ${version}. GET /v1/characters/{id}/versions lists those that it has.`,
  version_revoked: (version) =>
    `Version ${version} is revoked for good. Make another one current, or prepare and approve a new identity.`,
};

/** Newest first. Refusal: not_found. */
export async function versionsOf(
  { characters, versions }: VersionWorld,
  tenantId: string,
  characterId: string,
): Promise<VersionRow[]> {
  const rows = await versions.list(tenantId, characterId);
  if (rows.length === 0 && !(await characters.find(tenantId, characterId))) throw notFound();
  return rows;
}

/** A repeat changes nothing. Refusals: not_found, version_not_found, version_revoked. */
export async function changeVersion(
  { versions }: Pick<Ports, 'versions'>,
  tenantId: string,
  characterId: string,
  version: number,
  change: { state: VersionChange; by: string; reason: string | undefined },
): Promise<void> {
  const outcome = await versions.setState(tenantId, characterId, version, change);
  if (outcome === undefined) throw notFound();
  if (outcome !== 'done') throw new Refusal(outcome, REFUSED[outcome](version));
}
