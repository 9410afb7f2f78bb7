// /docs: the reference page of this API. It loads everything from this server, so it works without the internet.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { OpenAPIHono } from '@hono/zod-openapi';
import { compress } from 'hono/compress';
import { secureHeaders } from 'hono/secure-headers';
import type { ApiEnv } from '../deps.ts';

const require = createRequire(import.meta.url);
/** As source, Redoc is a development package; as built, `npm run build` has copied its one script. */
const REDOC = import.meta.url.endsWith('.ts')
  ? require.resolve('redoc/bundles/redoc.standalone.js')
  : new URL('../../redoc/redoc.standalone.js', import.meta.url);
/** Seconds that a browser may keep its copy of the script. */
const MAX_AGE_SECONDS = 3600;

// Addresses are relative, so that the page works behind a gateway's prefix as well.
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Likeness API</title>
<style>
  body { margin: 0; }
  /* Redoc's logo lies on a server of its own, which is not asked for it. */
  a[href^="https://redocly.com"] img { display: none; }
</style>
<redoc spec-url="openapi.json" hide-hostname required-props-first></redoc>
<script src="docs/redoc.js"></script>
</html>
`;

/** Only requests to this origin. Redoc writes style elements, and searches in a worker that it makes. */
const policy = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    connectSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    styleSrc: ["'unsafe-inline'"],
    workerSrc: ['blob:'],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  // TLS of this name is up to the gateway in front.
  strictTransportSecurity: false,
});

export function docsRoutes(): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();
  let script: Promise<string> | undefined;

  routes.get('/docs', policy, (c) => c.html(PAGE));

  routes.get('/docs/redoc.js', compress(), async (c) => {
    script ??= readFile(REDOC, 'utf8');
    c.header('cache-control', `public, max-age=${MAX_AGE_SECONDS}`);
    return c.body(await script, 200, { 'content-type': 'text/javascript; charset=utf-8' });
  });

  return routes;
}
