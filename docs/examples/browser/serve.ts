// LIKENESS_KEY=lk_… npx tsx docs/examples/browser/serve.ts, then open http://127.0.0.1:3000

import { serve } from '@hono/node-server';
import { createLikenessClient } from '../../../client/index.ts';
import { backEnd } from './back-end.ts';

const { LIKENESS_URL: baseUrl = 'http://127.0.0.1:8787', LIKENESS_KEY: apiKey = '' } = process.env;
const { fetch } = backEnd(createLikenessClient({ baseUrl, apiKey }));
serve({ fetch, hostname: '127.0.0.1', port: 3000 }, ({ port }) => console.log(`http://127.0.0.1:${port}`));
