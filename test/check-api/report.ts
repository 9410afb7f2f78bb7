// What became of each operation, out of the record of all requests (HAR 1.2).

/** Answers of an operation that did what it is for, or would have at another time. */
const REACHED = /^(2\d\d|304|409)$/;

interface Har {
  log: { entries: { request: { method: string; url: string }; response: { status: number } }[] };
}

/** How often each operation was answered with which status: `GET /v1/budget` → `200` → 12. */
export type Answers = Map<string, Map<string, number>>;

/** @param paths of the OpenAPI document, with the methods that each has. */
export function answersOf(har: string, paths: Record<string, Record<string, unknown>>): Answers {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => ({ method: method.toUpperCase(), path, pattern: patternOf(path) })),
  );
  // A path without a parameter wins over one that would take its name for a value.
  operations.sort((a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{')));
  const answers: Answers = new Map(operations.map(({ method, path }) => [`${method} ${path}`, new Map()]));
  for (const { request, response } of (JSON.parse(har) as Har).log.entries) {
    const { pathname } = new URL(request.url);
    const met = operations.find(({ method, pattern }) => method === request.method && pattern.test(pathname));
    const statuses = met && answers.get(`${met.method} ${met.path}`);
    const status = String(response.status);
    statuses?.set(status, (statuses.get(status) ?? 0) + 1);
  }
  return answers;
}

/** The operations that were never more than refused. */
export function unreached(answers: Answers): string[] {
  return [...answers].flatMap(([operation, statuses]) =>
    [...statuses.keys()].some((status) => REACHED.test(status)) ? [] : [operation],
  );
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/[.]/g, '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
