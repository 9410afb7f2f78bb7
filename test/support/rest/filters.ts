// PostgREST's filters in SQL: `created_at=lte.X`, `state=not.in.(a,b)`, `or=(a.lt."X",and(a.eq."X",id.lt.Y))`.
// Source: docs.postgrest.org, "Tables and Views", "Horizontal filtering".

const OPERATORS: Readonly<Record<string, string>> = {
  eq: '=',
  neq: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  like: 'like',
  ilike: 'ilike',
  cs: '@>',
  cd: '<@',
  ov: '&&',
};
const IS = new Set(['null', 'not_null', 'true', 'false', 'unknown']);

/** A filter that this stand-in does not know. PostgREST's code for what it cannot parse. */
export class BadFilter extends Error {
  override readonly name = 'BadFilter';
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The condition of one parameter of the query, with its values added to `values`. */
export function condition(name: string, text: string, values: unknown[]): string {
  if (name === 'and' || name === 'or') return junction(name, text, values);
  return comparison(name, text, values);
}

function junction(word: string, text: string, values: unknown[]): string {
  if (!text.startsWith('(') || !text.endsWith(')')) throw new BadFilter(`${word}=${text}`);
  const parts = splitList(text.slice(1, -1)).map((part) => {
    const inner = /^(not\.)?(and|or)(\(.*\))$/s.exec(part);
    if (inner?.[2] && inner[3]) return `${inner[1] ? 'not ' : ''}${junction(inner[2], inner[3], values)}`;
    const dot = part.indexOf('.');
    return comparison(part.slice(0, dot), part.slice(dot + 1), values);
  });
  return `(${parts.join(` ${word} `)})`;
}

function comparison(column: string, text: string, values: unknown[]): string {
  const [, not, operator = '', value = ''] = /^(not\.)?([a-z]+)\.(.*)$/s.exec(text) ?? [];
  const add = (one: string) => `$${values.push(one)}`;
  const sql = () => {
    if (operator === 'is' && IS.has(value)) return `${quoted(column)} is ${value.replace('_', ' ')}`;
    if (operator === 'in') return `${quoted(column)} = any (${add(arrayLiteral(splitList(value.slice(1, -1))))})`;
    const symbol = OPERATORS[operator];
    if (!symbol) throw new BadFilter(`${column}=${text}`);
    return `${quoted(column)} ${symbol} ${add(unquoted(value))}`;
  };
  return not ? `not (${sql()})` : sql();
}

/** At the commas outside of quotes and brackets. */
function splitList(text: string): string[] {
  const parts: string[] = [];
  let [depth, inQuotes, start] = [0, false, 0];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '\\') at++;
    else if (sign === '"') inQuotes = !inQuotes;
    else if (!inQuotes && sign === '(') depth++;
    else if (!inQuotes && sign === ')') depth--;
    else if (!inQuotes && depth === 0 && sign === ',') {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)].filter((part) => part !== '');
}

function unquoted(value: string): string {
  return /^".*"$/s.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : value;
}

function arrayLiteral(items: readonly string[]): string {
  return `{${items.map((item) => `"${unquoted(item).replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
