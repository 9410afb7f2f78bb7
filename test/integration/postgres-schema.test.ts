// adapters/supabase/database.ts is written by hand, so that its columns have the domain's types. Here it is held against
// the tables, views and functions that the migrations make.

import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Column, databaseTypes } from '../support/database-types.ts';
import { noPostgresHere } from '../support/postgres/binaries.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres/server.ts';

/** Types of Postgres (pg_type.typname) → what supabase-js makes of them. Arrays have an underscore before their name. */
const BASES: Readonly<Record<string, string>> = {
  uuid: 'string',
  text: 'string',
  timestamptz: 'string',
  date: 'string',
  int4: 'number',
  int8: 'number',
  float8: 'number',
  bool: 'boolean',
  jsonb: 'json',
  void: 'void',
};
const baseOf = (type: string): string =>
  type.startsWith('_') ? `${baseOf(type.slice(1))}[]` : (BASES[type] ?? `unknown: ${type}`);

/** `col in (…)` and `col <@ array[…]`, as pg_get_constraintdef writes them. */
const CLOSED_LISTS = [
  /^CHECK \(\((\w+) = (?:ANY \(ARRAY\[(.+)\]\)|('[^']+'::text))\)\)$/,
  /\((\w+) <@ ARRAY\[([^\]]+)\]\)/,
];

interface ColumnRow {
  relation: string;
  kind: 'r' | 'v';
  name: string;
  type: string;
  nullable: boolean;
  has_default: boolean;
}

interface FunctionRow {
  name: string;
  source: string;
  returns: string;
  many: boolean;
  /** The table whose rows it answers. */
  relation: string | null;
  args: { name: string; type: string; mode: 'i' | 't'; place: number }[];
  required: number;
}

describe.skipIf(noPostgresHere)('database.ts', () => {
  const types = databaseTypes();
  let postgres: TestPostgres;
  let pool: Pool;
  beforeAll(async () => {
    postgres = await startTestPostgres();
    pool = postgres.pool('postgres', 1);
  });
  afterAll(() => postgres?.stop());

  const columns = async (kind: ColumnRow['kind']) => {
    const { rows } = await pool.query<ColumnRow>(
      `select c.relname as relation, c.relkind as kind, a.attname as name, t.typname as type,
         not a.attnotnull as nullable, a.atthasdef as has_default
       from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
       where c.relnamespace = 'public'::regnamespace and c.relkind = $1 and a.attnum > 0 and not a.attisdropped`,
      [kind],
    );
    const relations: Record<string, ColumnRow[]> = {};
    for (const row of rows) {
      relations[row.relation] ??= [];
      relations[row.relation]?.push(row);
    }
    return relations;
  };
  const described = (rows: ColumnRow[]) =>
    Object.fromEntries(rows.map(({ name, type, nullable }) => [name, { base: baseOf(type), nullable }]));
  const withoutValues = (typed: Record<string, Column>) =>
    mapValues(typed, ({ base, nullable }) => ({ base, nullable }));
  const bases = (typed: Record<string, { base: string }>) => mapValues(typed, ({ base }) => base);

  test('has every table, with the name, type and nullability of every column', async () => {
    const real = mapValues(await columns('r'), described);
    expect(mapValues(types.tables, (table) => withoutValues(table.columns))).toEqual(real);
    expect(Object.keys(real).length).toBeGreaterThanOrEqual(16);
  });

  test('lets an insert leave out what may be null or has a default, and nothing else', async () => {
    const real = await columns('r');
    const inserted = Object.entries(types.tables).filter(([, { optional }]) => optional !== undefined);
    expect(inserted.length).toBeGreaterThanOrEqual(5);
    for (const [table, { optional }] of inserted) {
      const free = (real[table] ?? []).filter(({ nullable, has_default }) => nullable || has_default);
      expect([table, optional]).toEqual([table, free.map(({ name }) => name).sort()]);
    }
  });

  test('has the values of every column that the database closes', async () => {
    const { rows } = await pool.query<{ table: string; check: string }>(
      `select conrelid::regclass::text as table, pg_get_constraintdef(oid) as check from pg_constraint
       where contype = 'c' and connamespace = 'public'::regnamespace`,
    );
    const closed = rows.flatMap(({ table, check }) =>
      CLOSED_LISTS.flatMap((pattern) => {
        const [, column, list, single] = pattern.exec(check) ?? [];
        if (column === undefined) return [];
        const values = [...(list ?? single ?? '').matchAll(/'([^']+)'|(\d+)/g)].map(
          ([, text, number]) => text ?? number,
        );
        return [{ name: `${table}.${column}`, table, column, values: values.sort() }];
      }),
    );
    expect(closed.length).toBeGreaterThanOrEqual(15);
    for (const { name, table, column, values } of closed) {
      expect([name, types.tables[table]?.columns[column]?.values]).toEqual([name, values]);
    }
  });

  // Postgres does not say whether a view's column may be null.
  test('has every view, with the name and type of every column', async () => {
    const real = mapValues(await columns('v'), (rows) => bases(described(rows)));
    expect(mapValues(types.views, bases)).toEqual(real);
  });

  test('has every function that is called from outside, with its arguments and its answer', async () => {
    const { rows } = await pool.query<FunctionRow>(
      `select p.proname as name, p.prosrc as source, t.typname as returns, p.proretset as many,
         p.pronargs - p.pronargdefaults as required,
         (select c.relname from pg_class c where c.oid = t.typrelid and c.relnamespace = p.pronamespace) as relation,
         coalesce((
           select jsonb_agg(jsonb_build_object('name', a.name, 'type', at.typname, 'mode', coalesce(a.mode, 'i'), 'place', a.place))
           from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargnames, p.proargmodes)
             with ordinality as a (type, name, mode, place)
           join pg_type at on at.oid = a.type), '[]') as args
       from pg_proc p join pg_type t on t.oid = p.prorettype where p.pronamespace = 'public'::regnamespace`,
    );
    const internal = rows.filter(({ name }) => types.functions[name] === undefined);
    for (const { name } of internal) {
      expect(
        rows.some(({ source }) => source.includes(`public.${name}(`)),
        `${name} is missing in database.ts`,
      ).toBe(true);
    }

    const real = rows.filter((row) => !internal.includes(row));
    expect(Object.keys(types.functions).sort()).toEqual(real.map(({ name }) => name).sort());
    for (const { name, returns, many, relation, args, required } of real) {
      const typed = types.functions[name];
      const given = args.filter(({ mode }) => mode === 'i');
      const expected = given.map((arg) => [arg.name, { base: baseOf(arg.type), optional: arg.place > required }]);
      expect([name, typed?.args]).toEqual([name, Object.fromEntries(expected)]);

      const fields = args.filter(({ mode }) => mode === 't');
      if (relation !== null) expect([name, typed?.fields]).toEqual([name, types.tables[relation]?.columns]);
      if (fields.length > 0) {
        expect([name, bases(typed?.fields ?? {})]).toEqual([
          name,
          Object.fromEntries(fields.map((field) => [field.name, baseOf(field.type)])),
        ]);
      }
      // What jsonb holds is the function's to say: an object or a list of them.
      const row = relation !== null || fields.length > 0 ? 'object' : baseOf(returns);
      const answers = row === 'json' ? ['object', 'object[]'] : [many ? `${row}[]` : row];
      expect(answers, name).toContain(typed?.returns);
    }
  });
});

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
