// The types of supabase/migrations for supabase-js: a wrong column name does not compile. Changes together with the
// migrations: test/integration/postgres-schema.test.ts compares the two.

import type { Megapixel } from '../../domain/image-units.ts';
import type { PhotoVerdict } from '../../domain/photo-findings.ts';
import type { PhotoOrigin } from '../../domain/photo-origin.ts';
import type { SetKind } from '../../domain/picture-set.ts';
import type { LockKind } from '../../domain/provider-account.ts';
import type { CallSubjectKind, ProviderCallState } from '../../domain/provider-call.ts';
import type { Scope } from '../../domain/scopes.ts';
import type { EndStage, Stage } from '../../domain/stage.ts';
import type { RetestState } from '../../domain/steps.ts';
import type { BatchState, Pass, StillEndState, StillState } from '../../domain/stills/still.ts';
import type { SubjectKind } from '../../domain/subject.ts';
import type { TestSuite, TestType } from '../../domain/test-suite.ts';
import type { VersionChange, VersionRefusal, VersionState } from '../../domain/version.ts';
import type { DeliveryState, WebhookEvent } from '../../domain/webhook.ts';

/** A value of jsonb, not null; an optional column says so itself. columns.ts has the schema of each column. */
export type Json = string | number | boolean | (Json | null)[] | { [key: string]: Json | null | undefined };

/** Columns that an insert may leave out: those that may be null, and those with a default. */
type Optional<Row, Defaulted> =
  | Defaulted
  | { [Column in keyof Row]: null extends Row[Column] ? Column : never }[keyof Row];

type Table<Row extends Record<string, unknown>, Defaulted extends keyof Row = never> = {
  Row: Row;
  Insert: Omit<Row, Optional<Row, Defaulted>> & Partial<Pick<Row, Optional<Row, Defaulted> & keyof Row>>;
  Update: Partial<Row>;
  Relationships: [];
};

/** A table whose rows only functions of the database insert. */
type InsertedByFunctions<Row extends Record<string, unknown>> = Omit<Table<Row>, 'Insert'> & { Insert: never };

type TenantRecord = {
  id: string;
  name: string;
  monthly_cap_micros: number | null;
  safety_checker: boolean;
  created_at: string;
};

type TenantSettingChangeRecord = {
  id: string;
  tenant_id: string;
  setting: 'safety_checker';
  value: Json;
  reason: string | null;
  changed_by: string;
  changed_at: string;
};

type ApiKeyRecord = {
  id: string;
  tenant_id: string;
  name: string;
  prefix: string;
  hash: string;
  scopes: Scope[];
  expires_at: string | null;
  last_used_at: string | null;
  created_at: string;
  revoked_at: string | null;
};

type CharacterRecord = {
  id: string;
  tenant_id: string;
  name: string;
  created_at: string;
  subject_kind: SubjectKind;
  subject_noun: string;
};

export type CharacterOverviewRecord = {
  id: string;
  tenant_id: string;
  name: string;
  created_at: string;
  ready_id: string | null;
  ready_version: number | null;
  ready_lora: Json | null;
  ready_lora_sha256: string | null;
  ready_reference_strength: number | null;
  newest_id: string | null;
  newest_stage: Stage | null;
  subject_kind: SubjectKind;
  subject_noun: string;
  ready_subject_kind: SubjectKind | null;
  ready_subject_noun: string | null;
  ready_test_suite: TestSuite | null;
};

export type PhotoRecord = {
  id: string;
  tenant_id: string;
  character_id: string;
  object_key: string;
  source_sha256: string;
  width: number;
  height: number;
  verdict: PhotoVerdict;
  findings: Json;
  created_at: string;
  origin: PhotoOrigin['kind'];
  picture_id: string | null;
};

export type IdentityRecord = {
  id: string;
  tenant_id: string;
  character_id: string;
  stage: Stage;
  request_hash: string;
  photo_ids: string[];
  start_strength: number;
  reference_strength: number;
  training_steps: number;
  trainer: string;
  generator: string;
  archive_key: string | null;
  lora: Json | null;
  scores: Json | null;
  close_reason: string | null;
  created_at: string;
  closed_at: string | null;
  reference_photo_ids: string[] | null;
  held_out: string | null;
  subject_kind: SubjectKind | null;
  subject_noun: string | null;
};

export type IdentityOverviewRecord = IdentityRecord & {
  version: number | null;
  version_state: VersionState | null;
  version_lora_sha256: string | null;
  test_suite: TestSuite | null;
};

export type VersionRecord = {
  tenant_id: string;
  character_id: string;
  number: number;
  identity_id: string;
  state: VersionState;
  lora_sha256: string;
  strength: number;
  test_suite: TestSuite;
  scores: Json;
  trainer: string;
  generator: string;
  decision_round: number;
  decision_id: string;
  approved_by: string;
  created_at: string;
  state_changed_at: string;
  state_changed_by: string;
  state_reason: string | null;
};

export type PictureSetRecord = {
  id: string;
  tenant_id: string;
  identity_id: string;
  kind: SetKind;
  number: number;
  strength: number;
  types: TestType[];
  state: RetestState;
  scores: Json | null;
  failed_images: Json;
  close_reason: string | null;
  created_at: string;
  closed_at: string | null;
};

type RescoreRecord = {
  tenant_id: string;
  identity_id: string;
  calibration: string;
  sets: Json;
  created_at: string;
};

/** A picture of a set, or of a still. */
type PictureRecord = {
  id: string;
  tenant_id: string;
  set_id: string | null;
  still_id: string | null;
  type: TestType | null;
  seed: number;
  object_key: string;
  sha256: string;
  score: Json | null;
  number: number | null;
  pass: Pass['kind'] | null;
  base: number | null;
  width: number | null;
  height: number | null;
  flagged: boolean | null;
  checked: Json | null;
  created_at: string;
};

/** The columns that a picture of a still has. */
export type StillPictureRecord = Omit<
  PictureRecord,
  'still_id' | 'number' | 'pass' | 'width' | 'height' | 'flagged'
> & {
  still_id: string;
  number: number;
  pass: Pass['kind'];
  width: number;
  height: number;
  flagged: boolean;
};

/** A picture of a set, with its set. */
export type PictureOverviewRecord = Pick<
  PictureRecord,
  'id' | 'tenant_id' | 'seed' | 'object_key' | 'sha256' | 'score' | 'created_at'
> & { set_id: string; type: TestType } & Pick<PictureSetRecord, 'identity_id' | 'kind' | 'number' | 'strength'>;

/** A picture that shows a character: a test image of an identity, or the picture that is kept of a still. */
export type ShownPictureRecord = { id: string; created_at: string } & (
  | { identity_id: string; type: TestType; batch_id: null; still_id: null; number: null }
  | { identity_id: null; type: null; batch_id: string; still_id: string; number: number }
);

type BatchRecord = {
  id: string;
  tenant_id: string;
  request_hash: string;
  state: BatchState;
  context: Json;
  ignored: Json;
  max_repairs: number;
  budget_micros: number;
  lowest_micros: number;
  highest_micros: number;
  revision: number;
  close_reason: string | null;
  created_at: string;
  closed_at: string | null;
};

export type BatchOverviewRecord = BatchRecord & {
  counts: Json;
  spend: Json;
};

export type StillRecord = {
  id: string;
  tenant_id: string;
  batch_id: string;
  number: number;
  frame: number;
  frame_id: string | null;
  variant: number;
  state: StillState;
  manifest: Json;
  seed: number;
  lowest_micros: number;
  highest_micros: number;
  cap_micros: number;
  repairs: number;
  best: number | null;
  again: number;
  again_ids: string[];
  again_kind: 'repair' | 'redraw' | null;
  accepted: Json | null;
  close_reason: string | null;
  revision: number;
  created_at: string;
  closed_at: string | null;
  opened_at: string;
};

type StoredDecisionRecord = {
  id: string;
  tenant_id: string;
  identity_id: string;
  round: number;
  verdict: 'approve' | 'reject';
  next: 'regenerate' | 'retrain' | 'abandon' | null;
  reason: string | null;
  decided_by: string;
  via: 'signal' | 'update';
  decided_at: string;
};

type BudgetRecord = {
  tenant_id: string;
  month: string;
  reserved_micros: number;
  charged_micros: number;
};

export type ProviderCallRecord = {
  id: string;
  key: string;
  tenant_id: string;
  subject_kind: CallSubjectKind;
  subject_id: string;
  profile: string;
  endpoint: string;
  workflow_id: string;
  state: ProviderCallState;
  request_id: string | null;
  token: string;
  attempts: number;
  posted_at: string;
  month: string;
  estimate_micros: number;
  charged_micros: number | null;
  input: Json | null;
  safety_checker: boolean | null;
  result: Json | null;
  reason: string | null;
  request_hash: string | null;
  created_at: string;
  updated_at: string;
};

/** The answer of `month_budget`; without the tenant's own cap, the settings decide. */
export type MonthBudgetRecord = { month: string; cap: number | null; reserved: number; charged: number };

export type CircuitBreakerRecord = {
  provider: string;
  state: 'ok' | 'locked';
  since: string;
  kind: LockKind | 'endpoint' | null;
  reason: string | null;
  refusals: number;
  next_probe_at: string | null;
  probe: string | null;
};

/** The provider's megapixel by a bill, in pixels. */
type MegapixelRecord = { provider: string; pixels: Megapixel; call_key: string; since: string };

export type WebhookEndpointRecord = {
  id: string;
  tenant_id: string;
  url: string;
  secret: string;
  events: WebhookEvent[];
  created_at: string;
  disabled_at: string | null;
};

export type WebhookDeliveryRecord = {
  id: string;
  tenant_id: string;
  endpoint_id: string;
  event: WebhookEvent;
  occasion: string;
  data: Json;
  state: DeliveryState;
  attempts: number;
  last_status: number | null;
  last_error: string | null;
  last_attempt_at: string | null;
  created_at: string;
};

export type Database = {
  public: {
    Tables: {
      tenants: Table<TenantRecord, 'id' | 'safety_checker' | 'created_at'>;
      tenant_setting_changes: InsertedByFunctions<TenantSettingChangeRecord>;
      api_keys: Table<ApiKeyRecord, 'id' | 'created_at'>;
      characters: Table<CharacterRecord, 'id' | 'subject_kind' | 'subject_noun' | 'created_at'>;
      photos: Table<PhotoRecord, 'findings' | 'created_at' | 'origin'>;
      identities: InsertedByFunctions<IdentityRecord>;
      versions: InsertedByFunctions<VersionRecord>;
      picture_sets: InsertedByFunctions<PictureSetRecord>;
      pictures: InsertedByFunctions<PictureRecord>;
      batches: InsertedByFunctions<BatchRecord>;
      stills: InsertedByFunctions<StillRecord>;
      rescores: Table<RescoreRecord, 'created_at'>;
      decisions: Table<StoredDecisionRecord>;
      budgets: InsertedByFunctions<BudgetRecord>;
      provider_calls: InsertedByFunctions<ProviderCallRecord>;
      circuit_breakers: InsertedByFunctions<CircuitBreakerRecord>;
      provider_megapixels: InsertedByFunctions<MegapixelRecord>;
      webhook_endpoints: InsertedByFunctions<WebhookEndpointRecord>;
      webhook_deliveries: InsertedByFunctions<WebhookDeliveryRecord>;
    };
    Views: {
      identity_overview: { Row: IdentityOverviewRecord; Relationships: [] };
      picture_overview: { Row: PictureOverviewRecord; Relationships: [] };
      character_overview: { Row: CharacterOverviewRecord; Relationships: [] };
      batch_overview: { Row: BatchOverviewRecord; Relationships: [] };
      stills_under_way: {
        Row: Pick<StillRecord, 'id' | 'tenant_id' | 'batch_id' | 'number' | 'again' | 'opened_at'>;
        Relationships: [];
      };
      unfollowed_calls: {
        Row: Pick<ProviderCallRecord, 'id' | 'key' | 'subject_kind' | 'state' | 'posted_at'>;
        Relationships: [];
      };
    };
    Functions: {
      open_batch: {
        Args: { p_tenant: string; p_batch: Json; p_stills: Json; p_limits: Json };
        Returns:
          | { batch: string; refused?: never }
          | { refused: 'version'; identityId: string; version: number; state: VersionState | 'gone' }
          | { refused: 'open_batches'; open: number }
          | { refused: 'budget' };
      };
      save_still_state: { Args: { p_tenant: string; p_still: string; p_state: StillState }; Returns: undefined };
      save_batch_state: { Args: { p_tenant: string; p_batch: string; p_state: BatchState }; Returns: undefined };
      set_batch_budget: { Args: { p_tenant: string; p_batch: string; p_budget: number }; Returns: true | null };
      save_still_picture: {
        Args: {
          p_id: string;
          p_tenant: string;
          p_still: string;
          p_number: number;
          p_pass: Pass['kind'];
          p_base: number | null;
          p_seed: number;
          p_width: number;
          p_height: number;
          p_object_key: string;
          p_sha256: string;
          p_flagged: boolean;
        };
        Returns: undefined;
      };
      save_still_check: {
        Args: { p_tenant: string; p_still: string; p_number: number; p_check: Json };
        Returns: undefined;
      };
      close_still: {
        Args: {
          p_tenant: string;
          p_still: string;
          p_state: StillEndState;
          p_best: number | null;
          p_repairs: number;
          p_reason: string | null;
          p_again?: number | null;
        };
        Returns: boolean;
      };
      close_batch: {
        Args: { p_tenant: string; p_batch: string; p_state: BatchState; p_reason: string | null };
        Returns: boolean;
      };
      open_still_again: {
        Args: { p_tenant: string; p_still: string; p_id: string; p_kind: 'repair' | 'redraw'; p_price: number };
        Returns: { again: number } | { running: true } | null;
      };
      accept_still: {
        Args: { p_tenant: string; p_still: string; p_by: string; p_reason: string };
        Returns: 'done' | 'not_flagged' | null;
      };
      cast_of_batch: {
        Args: { p_tenant: string; p_batch: string };
        Returns: { characterId: string; identityId: string }[];
      };
      pictures_of_character: {
        Args: {
          p_tenant: string;
          p_character: string;
          p_before: string | null;
          p_before_id: string | null;
          p_limit: number;
        };
        Returns: ShownPictureRecord[];
      };
      set_safety_checker: {
        Args: { p_tenant: string; p_on: boolean; p_by: string; p_reason: string | null };
        Returns: undefined;
      };
      save_photo_reports: { Args: { p_tenant: string; p_reports: Json }; Returns: undefined };
      save_picture: {
        Args: {
          p_id: string;
          p_tenant: string;
          p_identity: string;
          p_kind: SetKind;
          p_number: number;
          p_strength: number;
          p_type: TestType;
          p_seed: number;
          p_object_key: string;
          p_sha256: string;
        };
        Returns: undefined;
      };
      save_scores: {
        Args: {
          p_tenant: string;
          p_identity: string;
          p_kind: SetKind;
          p_number: number;
          p_strength: number;
          p_scores: Json;
          p_summary: Json;
        };
        Returns: undefined;
      };
      close_identity: {
        Args: { p_tenant: string; p_identity: string; p_stage: Exclude<EndStage, 'ready'>; p_reason: string };
        Returns: undefined;
      };
      publish_identity: {
        Args: {
          p_tenant: string;
          p_character: string;
          p_identity: string;
          p_lora_sha256: string;
          p_test_suite: TestSuite;
          p_scores: Json;
          p_decision_round: number;
          p_decision: string;
          p_approved_by: string;
          p_reference_strength: number;
        };
        Returns: number;
      };
      set_version_state: {
        Args: {
          p_tenant: string;
          p_character: string;
          p_number: number;
          p_state: VersionChange;
          p_by: string;
          p_reason: string | null;
        };
        Returns: 'done' | VersionRefusal | null;
      };
      set_subject: {
        Args: { p_tenant: string; p_character: string; p_kind: SubjectKind; p_noun: string };
        Returns: boolean | null;
      };
      start_identity: {
        Args: {
          p_id: string;
          p_tenant: string;
          p_character: string;
          p_request_hash: string;
          p_photos: string[] | null;
          p_strength: number;
          p_steps: number;
          p_trainer: string;
          p_generator: string;
          p_limits: Json;
        };
        Returns: { identity: IdentityOverviewRecord } | { photos: string[]; month: MonthBudgetRecord } | null;
      };
      open_retest: {
        Args: { p_id: string; p_tenant: string; p_identity: string; p_types: TestType[] };
        Returns: { retest: PictureSetRecord; created: boolean; photos: string[]; held_out: string | null };
      };
      open_provider_call: {
        Args: {
          p_key: string;
          p_tenant: string;
          p_subject_kind: CallSubjectKind;
          p_subject: string;
          p_profile: string;
          p_endpoint: string;
          p_workflow: string;
          p_estimate: number;
          p_headroom: number;
          p_token: string;
          p_cap: number;
          p_subject_cap: number | null;
          p_request_hash: string | null;
        };
        Returns: { call: ProviderCallRecord; may_post: boolean };
      };
      move_provider_call: {
        Args: {
          p_id: string;
          p_attempt: number;
          p_state: ProviderCallState;
          p_request?: string;
          p_charged?: number;
          p_result?: Json;
          p_reason?: string;
        };
        Returns: boolean;
      };
      acquire_provider: {
        Args: { p_provider: string; p_lease_ms: number; p_busy_ms: number };
        Returns: { allowed: true; probe?: string } | { allowed: false; reason: string; retry_ms: number };
      };
      record_provider: {
        Args: {
          p_provider: string;
          p_outcome: 'worked' | 'refused' | 'unclear';
          p_probe: string | null;
          p_reason: string | null;
          p_kind: LockKind | 'endpoint' | null;
          p_first_ms: number;
          p_longest_ms: number;
        };
        Returns: { changed: boolean; retry_ms: number };
      };
      subject_spends: {
        Args: { p_tenants: string[]; p_kinds: CallSubjectKind[]; p_subjects: string[] };
        Returns: { reserved: number; charged: number }[];
      };
      operations_overview: {
        Args: Record<PropertyKey, never>;
        Returns: { stages: Partial<Record<Stage, number>>; reserved: number; charged: number };
      };
      open_work_overview: {
        Args: Record<PropertyKey, never>;
        Returns: { tests: Partial<Record<RetestState, number>>; unclear: number };
      };
      first_tenant: {
        Args: Record<PropertyKey, never>;
        Returns: string;
      };
      create_webhook_endpoint: {
        Args: { p_tenant: string; p_url: string; p_secret: string; p_events: WebhookEvent[]; p_most: number };
        Returns: WebhookEndpointRecord[];
      };
      enqueue_webhooks: {
        Args: {
          p_tenant: string;
          p_identity: string | null;
          p_batch: string | null;
          p_event: WebhookEvent;
          p_occasion: string;
          p_data: Json;
        };
        Returns: string[];
      };
      note_webhook_attempt: {
        Args: {
          p_delivery: string;
          p_state: DeliveryState;
          p_status: number | null;
          p_error: string | null;
          p_gone: boolean;
        };
        Returns: undefined;
      };
      note_megapixel: {
        Args: { p_provider: string; p_pixels: Megapixel; p_call: string };
        Returns: boolean;
      };
      training_pace: {
        Args: { p_profile: string; p_fastest: number; p_newest: number; p_fewest: number };
        Returns: number | null;
      };
      month_budget: {
        Args: { p_tenant: string };
        Returns: MonthBudgetRecord | null;
      };
    };
  };
};
