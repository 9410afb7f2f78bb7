// Every text that an operation of the OpenAPI document takes, each with a request that puts another text in its place.

import { filled, type Operation } from './foreign-requests.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  example?: unknown;
}
interface Described {
  parameters?: { name: string; in: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
export interface DescribedDocument {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
}

export interface TextInput {
  /** What a refusal names; undefined where only the whole request can be refused. */
  name: string;
  in: 'path' | 'query' | 'header' | 'body';
  /** `id` stands first in the path. */
  request(id: string, text: string, headers: Record<string, string>): [string, RequestInit];
}

/** The texts of one operation: path, query and header parameters, and all in its JSON body. */
export function textInputs(document: DescribedDocument, { method, path }: Operation): TextInput[] {
  const described = document.paths[path]?.[method.toLowerCase()];
  const url = (id: string) => filled(path, id);
  const schema = described?.requestBody?.content['application/json']?.schema;
  const bodies = schema ? bodiesOf(document, schema) : [];
  const body = bodies[0]?.example;
  const init = (headers: Record<string, string>, json: unknown = body): RequestInit =>
    json === undefined
      ? { method, headers }
      : { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(json) };

  const parameters = (described?.parameters ?? []).map(({ name, in: place }): TextInput => {
    const request: TextInput['request'] = (id, text, headers) => {
      if (place === 'path') return [url(percent(text)), init(headers)];
      if (place === 'query') return [`${url(id)}?${name}=${percent(text)}`, init(headers)];
      return [url(id), init({ ...headers, [name]: text })];
    };
    return { name, in: place as TextInput['in'], request };
  });
  const members = bodies.flatMap(({ example, schema }) =>
    textsIn(document, schema).map((at): TextInput => {
      const request: TextInput['request'] = (id, text, headers) => [
        url(id),
        init(headers, replaced(example, at, text)),
      ];
      return { name: at.join('.'), in: 'body', request };
    }),
  );
  return [...parameters, ...members];
}

/** As a program would that knows no better: half a surrogate pair by its three bytes, which are no UTF-8. */
function percent(text: string): string {
  return [...text].map((c) => (/\p{Cs}/u.test(c) ? '%ED%A0%80' : encodeURIComponent(c))).join('');
}

/** The body's variants, each with an example that fits but for texts that the document gives no example of. */
function bodiesOf(document: DescribedDocument, schema: Schema): { schema: Schema; example: object }[] {
  const resolved = resolve(document, schema);
  const example = (resolved.example ?? {}) as object;
  const variants = resolved.oneOf ?? resolved.anyOf ?? [resolved];
  return variants.map((one) => {
    const variant = resolve(document, one);
    const names = Object.entries(variant.properties ?? {});
    const fixed = names.flatMap(([name, { const: value, enum: values }]) =>
      value !== undefined ? [[name, value]] : values?.length === 1 ? [[name, values[0]]] : [],
    );
    const fitting = Object.entries(example).filter(([name]) => names.some(([known]) => known === name));
    return { schema: variant, example: { ...Object.fromEntries(fitting), ...Object.fromEntries(fixed) } };
  });
}

function textsIn(document: DescribedDocument, schema: Schema, at: string[] = []): string[][] {
  const { type, properties, items, const: fixed, enum: values } = resolve(document, schema);
  if ([type].flat().includes('string')) return fixed === undefined && values === undefined ? [at] : [];
  if (items) return textsIn(document, items, [...at, '0']);
  return Object.entries(properties ?? {}).flatMap(([name, inner]) => textsIn(document, inner, [...at, name]));
}

function replaced(value: unknown, [first, ...rest]: string[], text: string): unknown {
  if (first === undefined) return text;
  if (Array.isArray(value) || /^\d+$/.test(first)) {
    const list = Array.isArray(value) ? [...value] : [];
    list[Number(first)] = replaced(list[Number(first)], rest, text);
    return list;
  }
  const members = (value ?? {}) as Record<string, unknown>;
  return { ...members, [first]: replaced(members[first], rest, text) };
}

function resolve({ components }: DescribedDocument, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : resolve({ paths: {}, components }, components.schemas[name] ?? {});
}
