// What PostgREST asks of Postgres for a request, in the shape of its own SQL: one statement, JSON made by the database.

import { BadFilter, condition, quoted } from './filters.ts';

export interface Statement {
  /** Answers one row: {body, rows}, the JSON and how many rows are in it; `total` where it was asked for. */
  text: string;
  values: unknown[];
}

export interface RestRequest {
  method: string;
  query: URLSearchParams;
  /** Of the header Prefer: `return`, `resolution`, `count`. */
  prefer: ReadonlyMap<string, string>;
  body: unknown;
}

/** PostgREST's `max-rows`, as Supabase sets it. */
const MAX_ROWS = 1000;
const NO_FILTER = new Set(['select', 'columns', 'order', 'limit', 'offset', 'on_conflict']);

/** Source: PostgREST, src/library/PostgREST/Query/SqlFragment.hs: the source of rows, and their JSON. */
const asJson = (source: string, select: string, total = 'null::bigint'): string =>
  `with pgrst_source as (${source})
   select coalesce(json_agg(_t), '[]')::text as body, count(_t)::int as rows, ${total} as total
   from (select ${select} from pgrst_source) _t`;

export function readStatement(table: string, { query, prefer }: RestRequest): Statement {
  const values: unknown[] = [];
  const from = `from public.${quoted(table)} ${where(query, values)}`;
  const limit = Math.min(Number(query.get('limit') ?? MAX_ROWS), MAX_ROWS);
  const page = `${order(query)} limit $${values.push(limit)} offset $${values.push(Number(query.get('offset') ?? 0))}`;
  const total = prefer.get('count') === 'exact' ? `(select count(*) ${from})` : undefined;
  return { text: asJson(`select ${columns(query)} ${from} ${page}`, '*', total), values };
}

export function insertStatement(table: string, { query, prefer, body }: RestRequest): Statement {
  const rows = Array.isArray(body) ? body : [body];
  const names = query.get('columns')?.replaceAll('"', '').split(',') ?? Object.keys(rows[0] ?? {});
  const list = names.map(quoted).join(', ');
  const target = `public.${quoted(table)}`;
  const key = query.get('on_conflict')?.split(',').map(quoted).join(', ');
  const changes = names.map((name) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ');
  const resolution = prefer.get('resolution');
  const onConflict =
    resolution === 'ignore-duplicates'
      ? `on conflict ${key ? `(${key})` : ''} do nothing`
      : resolution === 'merge-duplicates'
        ? `on conflict (${key}) do update set ${changes}`
        : '';
  const source = `insert into ${target} (${list}) select ${list} from json_populate_recordset(null::${target}, $1) ${onConflict} returning *`;
  return { text: asJson(source, returned(query, prefer)), values: [JSON.stringify(rows)] };
}

export function updateStatement(table: string, { query, prefer, body }: RestRequest): Statement {
  const values: unknown[] = [JSON.stringify(body)];
  const target = `public.${quoted(table)}`;
  const changes = Object.keys(body as object).map((name) => `${quoted(name)} = (select ${quoted(name)} from _body)`);
  // Without a change PostgREST answers no rows.
  if (changes.length === 0) throw new BadFilter('an update of nothing');
  const source = `with _body as (select * from json_populate_record(null::${target}, $1))
    update ${target} set ${changes.join(', ')} ${where(query, values)} returning *`;
  return { text: asJson(`${source}`, returned(query, prefer)), values };
}

export function deleteStatement(table: string, { query, prefer }: RestRequest): Statement {
  const values: unknown[] = [];
  const source = `delete from public.${quoted(table)} ${where(query, values)} returning *`;
  return { text: asJson(source, returned(query, prefer)), values };
}

/** What a function takes and gives, as pg_proc has it. */
export interface Signature {
  name: string;
  /** In order, with their types. */
  arguments: { name: string; type: string }[];
  returns: 'rows' | 'values' | 'value' | 'nothing';
}

export function callStatement({ name, arguments: known, returns }: Signature, body: unknown): Statement {
  const given = new Set(Object.keys(body as object));
  const used = known.filter((argument) => given.has(argument.name));
  const record = used.map((one) => `${quoted(one.name)} ${one.type}`).join(', ');
  // A record without a column is none.
  const from = `from json_to_record($1) as r(${record || '_ text'})`;
  const call = `public.${quoted(name)}(${used.map((one) => `${quoted(one.name)} => r.${quoted(one.name)}`).join(', ')})`;
  const values = [JSON.stringify(body)];
  if (returns === 'rows') return { text: asJson(`select _f.* ${from} cross join lateral ${call} _f`, '*'), values };
  const all = `select coalesce(json_agg(_f), '[]')::text as body, count(*)::int as rows, null::bigint as total`;
  if (returns === 'values') return { text: `${all} ${from} cross join lateral ${call} _f`, values };
  return { text: `select to_json(${call})::text as body, 1 as rows, null::bigint as total ${from}`, values };
}

function where(query: URLSearchParams, values: unknown[]): string {
  const all = [...query].filter(([name]) => !NO_FILTER.has(name)).map(([name, text]) => condition(name, text, values));
  return all.length > 0 ? `where ${all.join(' and ')}` : '';
}

function order(query: URLSearchParams): string {
  const wanted = query.get('order')?.split(',') ?? [];
  const terms = wanted.map((term) => {
    const [column = '', ...rest] = term.split('.');
    const nulls = rest.includes('nullsfirst') ? ' nulls first' : rest.includes('nullslast') ? ' nulls last' : '';
    return `${quoted(column)} ${rest.includes('desc') ? 'desc' : 'asc'}${nulls}`;
  });
  return terms.length > 0 ? `order by ${terms.join(', ')}` : '';
}

const returned = (query: URLSearchParams, prefer: RestRequest['prefer']): string =>
  prefer.get('return') === 'representation' ? columns(query) : '1';

function columns(query: URLSearchParams): string {
  const list = query.get('select') ?? '*';
  if (/[(:>]/.test(list)) throw new BadFilter(`select=${list}: this stand-in embeds nothing`);
  return list
    .split(',')
    .map((name) => (name.trim() === '*' ? '*' : quoted(name.trim())))
    .join(', ');
}
