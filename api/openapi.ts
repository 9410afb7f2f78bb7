// /openapi.json: the document that the routes' own schemas make.

import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from './deps.ts';

/** Adds the route. Call it when all others are there. */
export function serveOpenApi(app: OpenAPIHono<ApiEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key of the tenant. What belongs to another tenant answers 404.',
  });
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Likeness',
      version: '1',
      description:
        'Durable preparation of character identities: photos in, an approved LoRA out, paid for once. Errors are problem details (RFC 9457) with a stable `code`.',
    },
  });
  app.get('/openapi.json', (c) => c.json(document));
}
