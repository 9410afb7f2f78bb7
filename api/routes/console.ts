// /: the console, as set-up or `npm run build` built it next to this code.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler, Next } from 'hono';
import { compress } from 'hono/compress';
import { secureHeaders } from 'hono/secure-headers';
import type { ApiDeps, ApiEnv } from '../deps.ts';

/** As source, the build is in dist/; as built, this file is in dist/ itself. */
const FOLDER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/console/' : '../../console/', import.meta.url),
);

/** The file names contain a hash of the content (Vite, "Static Asset Handling"). */
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_EACH_TIME = 'no-cache';

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Likeness</title>
<h1>Likeness</h1>
<p>The API runs, and its console is not built. Build it: <code>npm run build</code>. Then load this page again.</p>
<p><a href="docs">API reference</a></p>
</html>
`;

/** Only files of this origin, and pictures that the page holds itself. */
const policy = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'blob:'],
    connectSrc: ["'self'"],
    fontSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  // TLS of this name is up to the gateway in front.
  strictTransportSecurity: false,
});

export function consoleRoutes({ providerName }: Pick<ApiDeps, 'providerName'>, folder = FOLDER): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();
  const index = `${folder}index.html`;

  routes.get('/', policy, (c) => {
    c.header('cache-control', ASK_EACH_TIME);
    if (!existsSync(index)) return c.html(NOT_BUILT, 503);
    // Read each time, because a new build may exist. Every page shows the provider, so it is written into the page.
    const page = readFileSync(index, 'utf8').replace('<html ', `<html data-provider="${providerName}" `);
    return c.html(page);
  });

  let files: MiddlewareHandler<ApiEnv> | undefined;
  routes.get('/assets/*', policy, compress(), keep, (c, next) => {
    if (!existsSync(folder)) return next();
    files ??= serveStatic<ApiEnv>({ root: folder });
    return files(c, next);
  });

  return routes;
}

async function keep(c: Context<ApiEnv>, next: Next): Promise<void> {
  await next();
  if (c.res.ok) c.header('cache-control', FOR_EVER);
}
