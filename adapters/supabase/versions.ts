// The versions of characters, in rows.

import type { VersionRow, Versions } from '../../core/ports/versions.ts';
import type { Supabase } from './client.ts';
import { readVersionScores } from './columns.ts';
import type { VersionRecord } from './database.ts';
import { answerOf, unwrapMaybe } from './unwrap.ts';

export function createVersions(client: Supabase): Versions {
  return {
    async list(tenantId, characterId) {
      const request = client.from('versions').select().match({ tenant_id: tenantId, character_id: characterId });
      const newestFirst = request.order('number', { ascending: false });
      return ((await unwrapMaybe(newestFirst, `the versions of the character ${characterId}`)) ?? []).map(toVersion);
    },

    async setState(tenantId, characterId, version, { state, by, reason }) {
      const change = {
        p_tenant: tenantId,
        p_character: characterId,
        p_number: version,
        p_state: state,
        p_by: by,
        p_reason: reason ?? null,
      };
      const subject = `version ${version} of the character ${characterId}`;
      return (await answerOf(client.rpc('set_version_state', change), subject)) ?? undefined;
    },
  };
}

function toVersion(row: VersionRecord): VersionRow {
  return {
    version: row.number,
    identityId: row.identity_id,
    state: row.state,
    loraSha256: row.lora_sha256,
    referenceStrength: row.strength,
    testSuite: row.test_suite,
    scores: readVersionScores(row.scores),
    trainer: row.trainer,
    generator: row.generator,
    decisionRound: row.decision_round,
    decisionId: row.decision_id,
    approvedBy: row.approved_by,
    createdAt: row.created_at,
    stateChangedAt: row.state_changed_at,
    stateChangedBy: row.state_changed_by,
    stateReason: row.state_reason ?? undefined,
  };
}
