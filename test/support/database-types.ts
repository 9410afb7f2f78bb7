// What adapters/supabase/database.ts says of the database, read by TypeScript itself, as plain data.

import ts from 'typescript';

const FILE = 'adapters/supabase/database.ts';

/** `string`, `number`, `boolean`, `json`, `void`, `string[]`, or `object` and `object[]` for what has fields. */
type Base = string;

export interface Column {
  base: Base;
  nullable: boolean;
  /** A closed list of texts or numbers, sorted. */
  values: string[] | undefined;
}
type Columns = Record<string, Column>;

export interface DatabaseTypes {
  /** `optional`: what an insert may leave out; undefined for tables that only functions insert into. */
  tables: Record<string, { columns: Columns; optional: string[] | undefined }>;
  views: Record<string, Columns>;
  /** `fields` of the rows that it answers; undefined where it answers something else. */
  functions: Record<
    string,
    { args: Record<string, { base: Base; optional: boolean }>; returns: Base; fields: Columns | undefined }
  >;
}

export function databaseTypes(): DatabaseTypes {
  const options = ts.readConfigFile('tsconfig.json', ts.sys.readFile).config.compilerOptions;
  const { options: parsed } = ts.convertCompilerOptionsFromJson(options, '.');
  const program = ts.createProgram([FILE], { ...parsed, types: [] });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(FILE);
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source as ts.SourceFile) as ts.Symbol);
  const named = (name: string) => {
    const symbol = exported.find((known) => known.name === name);
    if (!symbol) throw new Error(`${FILE} exports no ${name}.`);
    return checker.getDeclaredTypeOfSymbol(symbol);
  };
  const json = named('Json');

  const members = (type: ts.Type): [string, ts.Type][] =>
    checker.getPropertiesOfType(type).map((symbol) => [symbol.name, checker.getTypeOfSymbol(symbol)]);
  const member = (type: ts.Type, name: string): ts.Type => {
    const symbol = type.getProperty(name);
    if (!symbol) throw new Error(`${FILE}: ${checker.typeToString(type)} has no ${name}.`);
    return checker.getTypeOfSymbol(symbol);
  };
  const isOptional = (type: ts.Type, name: string) =>
    Boolean((type.getProperty(name)?.flags ?? 0) & ts.SymbolFlags.Optional);
  const map = <T>(type: ts.Type, describe: (member: ts.Type) => T): Record<string, T> =>
    Object.fromEntries(members(type).map(([name, inner]) => [name, describe(inner)]));
  const elementOf = (type: ts.Type) => checker.getTypeArguments(type as ts.TypeReference)[0] ?? type;

  function baseOf(given: ts.Type): Base {
    if (given.flags & ts.TypeFlags.Undefined) return 'void';
    const type = checker.getNonNullableType(given);
    if (checker.isTypeAssignableTo(type, json) && checker.isTypeAssignableTo(json, type)) return 'json';
    if (checker.isArrayType(type)) return `${baseOf(elementOf(type))}[]`;
    const bases = new Set((type.isUnion() ? type.types : [type]).map(simpleBaseOf));
    return [...bases].join(' | ');
  }

  function simpleBaseOf({ flags }: ts.Type): Base {
    if (flags & ts.TypeFlags.StringLike) return 'string';
    if (flags & ts.TypeFlags.NumberLike) return 'number';
    if (flags & ts.TypeFlags.BooleanLike) return 'boolean';
    return 'object';
  }

  function valuesOf(given: ts.Type): string[] | undefined {
    const type = checker.getNonNullableType(given);
    const listed = checker.isArrayType(type) ? elementOf(type) : type;
    const parts = listed.isUnion() ? listed.types : [listed];
    const values = parts.flatMap((part) => (part.isStringLiteral() || part.isNumberLiteral() ? [`${part.value}`] : []));
    return values.length === parts.length ? values.sort() : undefined;
  }

  const columnOf = (type: ts.Type): Column => ({
    base: baseOf(type),
    nullable: checker.getNonNullableType(type) !== type,
    values: valuesOf(type),
  });

  const schema = member(named('Database'), 'public');
  return {
    tables: map(member(schema, 'Tables'), (table) => {
      const insert = member(table, 'Insert');
      const names = members(insert).map(([name]) => name);
      const isNever = Boolean(insert.flags & ts.TypeFlags.Never);
      return {
        columns: map(member(table, 'Row'), columnOf),
        optional: isNever ? undefined : names.filter((name) => isOptional(insert, name)).sort(),
      };
    }),
    views: map(member(schema, 'Views'), (view) => map(member(view, 'Row'), columnOf)),
    functions: map(member(schema, 'Functions'), (fn) => {
      const [args, returns] = [member(fn, 'Args'), member(fn, 'Returns')];
      const base = baseOf(returns);
      return {
        args: Object.fromEntries(
          members(args).map(([name, type]) => [name, { base: baseOf(type), optional: isOptional(args, name) }]),
        ),
        returns: base,
        fields: base === 'object[]' ? map(elementOf(returns), columnOf) : undefined,
      };
    }),
  };
}
