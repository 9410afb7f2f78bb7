// What Schemathesis is told of this API: ids that exist, and the few checks that make no sense here.

import type { Seeds } from './seed.ts';

/** How often the id in a path is one that exists; else it is made up. */
const KNOWN = 0.7;

/** Statuses that a request may get which fits its schema, beside the success: who asks, what is there, and when. */
const BY_CIRCUMSTANCE = ['2xx', 401, 403, 404, 409, 429, 503];

const ID_PATHS: [path: string, of: keyof Seeds][] = [
  ['^/v1/characters/', 'characters'],
  ['^/v1/photos/', 'spare'],
  ['^/v1/images/', 'images'],
  ['^/v1/identities/', 'identities'],
  ['^/v1/webhook-endpoints/', 'endpoints'],
  ['^/v1/webhook-deliveries/', 'deliveries'],
];

const from = (name: keyof Seeds, probability: number): string =>
  `{ dictionary = "${name}", probability = ${probability} }`;

/** The text of schemathesis.toml. */
export function settings(seeds: Seeds): string {
  const dictionaries = Object.entries(seeds).map(([name, ids]) => `${name} = { values = ${JSON.stringify(ids)} }`);
  return [
    // A run that is watched goes on: its stream would never end by itself.
    'max-stream-events = 3',
    'request-timeout = 20',
    '',
    '[dictionaries]',
    ...dictionaries,
    '',
    '[checks]',
    `positive_data_acceptance.expected-statuses = ${JSON.stringify(BY_CIRCUMSTANCE)}`,
    'missing_required_header.expected-statuses = [401, 422]',
    '',
    // Before the entry for all such paths: the first that fits an operation gives its parameters.
    '[[operations]]',
    'include-operation-id = "replacePhotos"',
    `parameters = { "path.id" = ${from('stuck', KNOWN)}, "body.photoIds[*]" = ${from('photos', 1)} }`,
    ...ID_PATHS.flatMap(([path, name]) => [
      '',
      '[[operations]]',
      `include-path-regex = ${JSON.stringify(path)}`,
      `parameters = { "path.id" = ${from(name, KNOWN)}, "body.photoIds[*]" = ${from('photos', 1)}, "body.pictureIds[*]" = ${from('images', 1)} }`,
    ]),
    '',
    // Rules that no schema can tell: whose the photos are, that a start needs its key where a dry run needs none, and
    // that the host of a webhook is known to the name servers.
    ...['startIdentity', 'replacePhotos', 'createWebhookEndpoint'].flatMap((operation) => [
      '[[operations]]',
      `include-operation-id = "${operation}"`,
      `checks.positive_data_acceptance.expected-statuses = ${JSON.stringify([...BY_CIRCUMSTANCE, 400, 422])}`,
      '',
    ]),
    // DELETE /v1/photos/{id} takes any name in place of the id, so this path has that method too.
    '[[operations]]',
    'include-operation-id = "inspectPhotos"',
    'checks.unsupported_method.enabled = false',
    'checks.allow_header_conformance.enabled = false',
    '',
  ].join('\n');
}
