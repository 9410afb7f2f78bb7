-- What several identities have cost, each of its own tenant, in the order asked for: many people read states at once.

create function public.identity_spends(p_tenants uuid[], p_identities uuid[]) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(public.identity_spend(asked.tenant, asked.identity) order by asked.place), '[]')
  from unnest(p_tenants, p_identities) with ordinality as asked (tenant, identity, place);
$$;

revoke all on function public.identity_spends(uuid[], uuid[]) from public, anon, authenticated;
grant execute on function public.identity_spends(uuid[], uuid[]) to service_role;
