// Every operation of the OpenAPI document that names something by an id, ready to be asked for with the id of somebody
// else. It reads the document, so that a new route is among them or the tests say what is missing.

import type { newApp } from '../../api/app.ts';

type App = ReturnType<typeof newApp>;

/** Whose id stands first in a path that begins so. */
const RESOURCES = {
  '/v1/characters/{': 'character',
  '/v1/photos/{': 'photo',
  '/v1/images/{': 'image',
  '/v1/identities/{': 'identity',
  '/v1/stills/{': 'batch',
  '/v1/pictures/{': 'picture',
  '/v1/webhook-endpoints/{': 'webhookEndpoint',
  '/v1/webhook-deliveries/{': 'webhookDelivery',
} as const;
export type Resource = (typeof RESOURCES)[keyof typeof RESOURCES];

export interface Operation {
  method: string;
  path: string;
}
interface Described {
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: { $ref?: string; example?: unknown } }> };
}
interface Document {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, { example?: unknown }> };
}

export async function readDocument(app: App): Promise<Document> {
  return (await (await app.request('/openapi.json')).json()) as Document;
}

const isKeyed = ([path]: [string, unknown]) => path.startsWith('/v1/');

/** The operations under /v1 whose path has a parameter; the others; and those of the others that read. */
export function operations({ paths }: Document, which: 'withId' | 'others' | 'lists'): Operation[] {
  const all = Object.entries(paths)
    .filter(isKeyed)
    .flatMap(([path, item]) => Object.keys(item).map((method) => ({ method: method.toUpperCase(), path })));
  if (which === 'withId') return all.filter(({ path }) => path.includes('{'));
  const others = all.filter(({ path }) => !path.includes('{'));
  return which === 'others' ? others : others.filter(({ method }) => method === 'GET');
}

/** Throws for a route that nobody has told us about. */
export function resourceOf(path: string): Resource {
  const found = Object.entries(RESOURCES).find(([start]) => path.startsWith(start));
  if (!found) throw new Error(`Whose id stands in ${path}? Add it to RESOURCES in test/support/foreign-requests.ts.`);
  return found[1];
}

/** The path with this id as its first parameter, nobody's ids as the others, and 1 where no id stands. */
export function filled(path: string, id: string): string {
  const rest = (_: string, name: string) => (name.endsWith('Id') ? '88888888-8888-4888-8888-888888888888' : '1');
  return path.replace(/\{\w+\}/, id).replaceAll(/\{(\w+)\}/g, rest);
}

/** The operation with this id in its path, and a body that its schema takes: the example that the document gives. */
export function requestTo(
  document: Document,
  { method, path }: Operation,
  id: string,
  headers: HeadersInit,
): [string, RequestInit] {
  const url = filled(path, id);
  const content = document.paths[path]?.[method.toLowerCase()]?.requestBody?.content;
  if (!content) return [url, { method, headers }];
  if (content['multipart/form-data']) return [url, { method, headers, body: photoForm() }];
  const schema = content['application/json']?.schema;
  const example = schema?.example ?? document.components.schemas[schema?.$ref?.split('/').at(-1) ?? '']?.example;
  if (example === undefined) throw new Error(`Give the request schema of ${method} ${path} an example.`);
  const json = { ...Object.fromEntries(new Headers(headers)), 'content-type': 'application/json' };
  return [url, { method, headers: json, body: JSON.stringify(example) }];
}

/** The query parameters of a list that name something by its id. */
export function idFilters({ paths }: Document, { method, path }: Operation): string[] {
  const parameters = paths[path]?.[method.toLowerCase()]?.parameters ?? [];
  return parameters.filter((one) => one.in === 'query' && one.name.endsWith('Id')).map(({ name }) => name);
}

function photoForm(): FormData {
  const form = new FormData();
  form.append('photos', new File(['a'], 'a.jpg'));
  return form;
}

/** What an answer tells: all of it, but how many requests are left. */
export async function whole(answer: Response): Promise<{ status: number; headers: [string, string][]; body: string }> {
  const headers = [...answer.headers].filter(([name]) => name !== 'ratelimit');
  return { status: answer.status, headers, body: await answer.text() };
}
