// fal's hosts: the real ones, or one sandbox origin that serves each of them under a path.

const QUEUE = 'https://queue.fal.run';
const REST = 'https://rest.fal.ai';
const API = 'https://api.fal.ai/v1';

interface FalHosts {
  /** Submits, status, results, cancels. */
  queue: string;
  /** The start of an upload. */
  rest: string;
  /** The platform API: lists requests. */
  api: string;
  /** The public keys that webhooks are signed with. */
  jwksUrl: string;
  /** The address that replaces one from fal's client with its own hosts. */
  rewrite(url: string): string;
  /** Whether an address is one of the provider's own files. Only these are downloaded. */
  ownsFile(url: URL): boolean;
}

/** fal's hosts; with `sandboxUrl` those of the sandbox at that origin, and no other host. */
export function falHosts(sandboxUrl?: string): FalHosts {
  if (sandboxUrl === undefined) {
    return { queue: QUEUE, rest: REST, api: API, jwksUrl: jwksOf(REST), rewrite: (url) => url, ownsFile: isFalFile };
  }
  const { origin } = new URL(sandboxUrl);
  return {
    queue: `${origin}/queue`,
    rest: `${origin}/rest`,
    api: `${origin}/api/v1`,
    jwksUrl: jwksOf(`${origin}/rest`),
    rewrite: (url) => url.replace(`${QUEUE}/`, `${origin}/queue/`).replace(`${REST}/`, `${origin}/rest/`),
    ownsFile: (url) => url.origin === origin,
  };
}

function jwksOf(rest: string): string {
  return `${rest}/.well-known/jwks.json`;
}

function isFalFile(url: URL): boolean {
  if (url.protocol !== 'https:' || url.port !== '') return false;
  if (/(^|\.)fal\.(media|ai)$/.test(url.hostname)) return true;
  // The host of flux-lora-fast-training's LoRAs before fal had its own CDN.
  return url.hostname === 'storage.googleapis.com' && url.pathname.startsWith('/fal-flux-lora/');
}
