// The ledger by two functions of the database, so that a row and its budget change together or not at all. The database
// checks the edges too: a call that ended stays ended.

import { randomBytes } from 'node:crypto';
import type { Ledger, UnclearCall } from '../../core/ports/ledger.ts';
import { Failure } from '../../domain/failure.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { CallSubjectKind, ProviderCall, ProviderCallState } from '../../domain/provider-call.ts';
import { cleanText } from '../../domain/text.ts';
import type { Supabase } from './client.ts';
import type { Database } from './database.ts';
import { toJson, toProviderCall } from './rows.ts';
import { unwrap, unwrapMaybe } from './unwrap.ts';

const TOKEN_BYTES = 32;
/** The form of a token. Anything else needs no query. */
const TOKEN = /^[\w-]{43}$/;

interface LedgerOptions {
  /** What a tenant may spend in a month (UTC) unless `tenants.monthly_cap_micros` says otherwise. */
  defaultCapMicros: MicroUsd;
  /** The cap of all requests of one identity together. */
  identityCapMicros: MicroUsd;
}

type MoveDetails = Pick<
  Database['public']['Functions']['move_provider_call']['Args'],
  'p_request' | 'p_charged' | 'p_result' | 'p_reason'
>;

export function createLedger(client: Supabase, { defaultCapMicros, identityCapMicros }: LedgerOptions): Ledger {
  /** Null: only the month's cap counts; a still has a cap in its row. */
  const subjectCaps: Record<CallSubjectKind, MicroUsd | null> = { identity: identityCapMicros, still: null, app: null };

  async function find(key: string): Promise<ProviderCall | undefined> {
    const row = await unwrapMaybe(
      client.from('provider_calls').select().eq('key', key).maybeSingle(),
      `the provider call ${key}`,
    );
    return row && toProviderCall(row);
  }

  async function move(call: ProviderCall, to: ProviderCallState, details: MoveDetails): Promise<void> {
    const move = { p_id: call.id, p_attempt: call.attempts, p_state: to, ...details };
    const moved = await unwrap(client.rpc('move_provider_call', move), `the provider call ${call.key}`);
    if (!moved) throw await refusal(call, `become "${to}"`);
  }

  async function refusal(call: ProviderCall, wanted: string): Promise<Failure> {
    const found = await find(call.key);
    const state = `"${found?.state ?? 'gone'}"${found?.requestId ? ` as request ${found.requestId}` : ''}`;
    const attempts = `attempt ${call.attempts} of ${found?.attempts ?? 0}`;
    return new Failure(
      'Internal',
      `The provider call ${call.key} is ${state}, and ${attempts} cannot make it ${wanted}. Look at its row before anything is sent again.`,
    );
  }

  return {
    async open(call) {
      const answer = await unwrap(
        client.rpc('open_provider_call', {
          p_key: call.key,
          p_tenant: call.tenantId,
          p_subject_kind: call.subject.kind,
          p_subject: call.subject.id,
          p_profile: call.profile,
          p_endpoint: call.endpoint,
          p_workflow: call.workflowId,
          p_estimate: call.estimate,
          p_headroom: call.headroom ?? 0,
          p_token: randomBytes(TOKEN_BYTES).toString('base64url'),
          p_cap: defaultCapMicros,
          p_subject_cap: subjectCaps[call.subject.kind],
          p_request_hash: call.requestHash ?? null,
        }),
        `the tenant or subject of ${call.key}`,
      );
      return { call: toProviderCall(answer.call), mayPost: answer.may_post };
    },

    find,

    async posting(call, input) {
      const intent = client
        .from('provider_calls')
        .update({
          input: toJson(input),
          safety_checker: typeof input.enable_safety_checker === 'boolean' ? input.enable_safety_checker : null,
        })
        .match({ id: call.id, state: 'intent', attempts: call.attempts });
      const row = await unwrapMaybe(intent.select('id').maybeSingle(), `the provider call ${call.key}`);
      if (!row) throw await refusal(call, 'a request that is posted');
    },

    submitted: (call, requestId) => move(call, 'submitted', { p_request: requestId }),
    refused: (call, reason) => move(call, 'refused', { p_reason: cleanText(reason) }),
    unknown: (call, reason) => move(call, 'unknown', { p_reason: cleanText(reason) }),
    settled: (call, charged, result) => move(call, 'settled', { p_charged: charged, p_result: toJson(result) }),
    failed: (call, charged, reason, problems = []) =>
      move(call, 'failed', {
        p_charged: charged,
        p_reason: cleanText(reason),
        ...(problems.length > 0 && { p_result: toJson({ problems }) }),
      }),

    async byToken(token) {
      if (!TOKEN.test(token)) return undefined;
      const request = client.from('provider_calls').select().eq('token', token).maybeSingle();
      const row = await unwrapMaybe(request, 'the provider call of this token');
      return row && toProviderCall(row);
    },

    async adopt(call, requestId) {
      const adoption = {
        p_id: call.id,
        p_attempt: call.attempts,
        p_state: 'submitted' as const,
        p_request: requestId,
      };
      return unwrap(client.rpc('move_provider_call', adoption), `the provider call ${call.key}`);
    },

    async ofProxy(tenantId, endpoint, requestId) {
      const request = client
        .from('provider_calls')
        .select()
        .match({ tenant_id: tenantId, subject_kind: 'app', endpoint, request_id: requestId });
      const row = await unwrapMaybe(request.maybeSingle(), `the request ${requestId}`);
      return row && toProviderCall(row);
    },

    async some(tenantId, subject, keys) {
      if (keys.length === 0) return [];
      const request = client
        .from('provider_calls')
        .select('key, profile, endpoint, estimate_micros, posted_at, attempts, reason')
        .match({ tenant_id: tenantId, subject_kind: subject.kind, subject_id: subject.id })
        .in('key', [...keys]);
      const calls = ((await unwrapMaybe(request, 'the unclear calls')) ?? []).map(
        ({ profile, estimate_micros: estimate, posted_at: postedAt, reason, ...call }): UnclearCall => ({
          ...call,
          subject,
          profile,
          estimate,
          postedAt,
          reason: reason ?? undefined,
        }),
      );
      return calls.sort((a, b) => keys.indexOf(a.key) - keys.indexOf(b.key));
    },
  };
}
