-- A paid request of an app says by a hash what was asked for, from the moment that its row is there: two different
-- requests with one Idempotency-Key are told apart, also while the first is on its way.

alter table public.provider_calls add column request_hash text;

-- As before; the hash is written with a new row, and stays. Null for requests that no app named a key for.
drop function public.open_provider_call(text, uuid, uuid, text, text, bigint, bigint, text, bigint, bigint);
create function public.open_provider_call(
  p_key text, p_tenant uuid, p_identity uuid, p_purpose text, p_endpoint text, p_estimate bigint, p_headroom bigint, p_token text,
  p_cap bigint, p_identity_cap bigint, p_request_hash text
) returns jsonb language plpgsql set search_path = '' as $$
declare
  v_month date := date_trunc('month', now() at time zone 'utc')::date;
  v_budget public.budgets%rowtype;
  v_call public.provider_calls%rowtype;
  v_cap bigint;
  v_spend jsonb;
begin
  -- The tenant's row is the lock under which its calls are opened one after the other, and its cap is changed.
  select coalesce(monthly_cap_micros, p_cap) into v_cap from public.tenants where id = p_tenant for no key update;
  if not found then raise exception 'no such tenant' using errcode = 'PT404'; end if;
  select * into v_call from public.provider_calls where key = p_key for update;
  if v_call.id is not null and v_call.tenant_id <> p_tenant then
    raise exception 'the call belongs to another tenant' using errcode = 'PT404';
  end if;
  if v_call.state <> 'refused' then
    return jsonb_build_object('call', to_jsonb(v_call), 'may_post', false);
  end if;

  if p_identity is not null then
    perform 1 from public.identities where id = p_identity and tenant_id = p_tenant;
    if not found then raise exception 'no such identity' using errcode = 'PT404'; end if;
    -- A call that ends meanwhile turns its reservation into a charge: one reading sees one or the other.
    v_spend := public.identity_spend(p_tenant, p_identity);
    if (v_spend ->> 'reserved')::bigint + (v_spend ->> 'charged')::bigint + p_estimate + p_headroom > p_identity_cap then
      raise exception 'budget exceeded' using errcode = 'P0001', detail = (v_spend || jsonb_build_object(
        'scope', 'identity', 'cap', p_identity_cap, 'wanted', p_estimate + p_headroom))::text;
    end if;
  end if;
  insert into public.budgets (tenant_id, month) values (p_tenant, v_month) on conflict (tenant_id, month) do nothing;
  select * into v_budget from public.budgets where tenant_id = p_tenant and month = v_month for update;
  if v_budget.reserved_micros + v_budget.charged_micros + p_estimate + p_headroom > v_cap then
    raise exception 'budget exceeded' using errcode = 'P0001', detail = jsonb_build_object(
      'scope', 'month', 'cap', v_cap, 'reserved', v_budget.reserved_micros, 'charged', v_budget.charged_micros,
      'wanted', p_estimate + p_headroom)::text;
  end if;
  update public.budgets set reserved_micros = reserved_micros + p_estimate where tenant_id = p_tenant and month = v_month;
  if v_call.id is null then
    insert into public.provider_calls (
      key, tenant_id, identity_id, purpose, endpoint, state, token, month, estimate_micros, request_hash
    ) values (p_key, p_tenant, p_identity, p_purpose, p_endpoint, 'intent', p_token, v_month, p_estimate, p_request_hash)
    returning * into v_call;
  else
    update public.provider_calls set state = 'intent', attempts = attempts + 1, token = p_token, posted_at = now(), updated_at = now(),
      month = v_month, estimate_micros = p_estimate, reason = null, input = null
    where id = v_call.id returning * into v_call;
  end if;
  return jsonb_build_object('call', to_jsonb(v_call), 'may_post', true);
end $$;

revoke all on function public.open_provider_call(text, uuid, uuid, text, text, bigint, bigint, text, bigint, bigint, text) from public, anon, authenticated;
grant execute on function public.open_provider_call(text, uuid, uuid, text, text, bigint, bigint, text, bigint, bigint, text) to service_role;
