// /openapi.json: the document made from the routes' schemas.

import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from './deps.ts';

/** Every route carries one of these. */
const TAGS = [
  { name: 'characters', description: 'The cast, each with the state of its identity.' },
  { name: 'photos', description: 'Reference photos: checked before any money is spent, kept without metadata.' },
  {
    name: 'identities',
    description: 'Runs that prepare an identity: start one, watch it, give it other photos, stop it.',
  },
  { name: 'decisions', description: "A reviewer's decision about a round of test images. It names the round." },
  {
    name: 'stills',
    description:
      'Production images for frames: drawn with approved versions, checked face by face, repaired within a bound.',
  },
  { name: 'money', description: 'What was reserved and charged, and what may be spent.' },
  { name: 'settings', description: 'What a tenant sets for itself, and who changed it.' },
  { name: 'webhooks', description: 'Addresses that receive signed requests about runs (Standard Webhooks).' },
  { name: 'operations', description: 'For operators: payments with an unclear outcome.' },
];

/** Adds the route. The first request makes the document, with every route that was added by then. */
export function serveOpenApi(app: OpenAPIHono<ApiEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key of the tenant, or the access token of a person. Each operation names the scope that it needs: `characters`, `identities`, `approve`, `stills`, `ledger` or `admin`. A resource of another tenant answers 404.',
  });
  let document: Document | undefined;
  app.get('/openapi.json', (c) => {
    document ??= documentOf(app);
    return c.json(document);
  });
}

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

function documentOf(app: OpenAPIHono<ApiEnv>): Document {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Likeness',
      version: '1',
      description:
        'Durable preparation of character identities: from photos to an approved LoRA. No paid request is sent twice. Errors are problem details (RFC 9457) with a stable `code`.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    // Wherever the document was read from.
    servers: [{ url: '/' }],
    tags: TAGS,
  });
  tellScopes(document.paths);
  return document;
}

const METHODS = ['get', 'post', 'put', 'delete'] as const;

/** The scope of an operation, in words too: not every reader shows `security`. */
function tellScopes(paths: Document['paths'] = {}): void {
  for (const item of Object.values(paths)) {
    for (const operation of METHODS.map((method) => item[method])) {
      const scope = operation?.security?.[0]?.bearer?.[0];
      if (!operation || scope === undefined) continue;
      operation.description = [operation.description, `Scope: \`${scope}\`.`].filter(Boolean).join(' ');
    }
  }
}
