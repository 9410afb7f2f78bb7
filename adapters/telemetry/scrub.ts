// Removes secrets from log lines: from the finished JSON text, wherever a library or an error put them.

const CUT = '[cut]';
/** A known secret that is shorter would cut ordinary words. */
const SHORTEST_SECRET = 8;

/** Members whose name marks a secret value. `callKey` and the like are names, and stay. */
const SECRET_MEMBERS =
  /"([\w-]*(?:authorization|password|secret|token|api[-_]?key|role[-_]?key|cookie))":"(?:[^"\\]|\\.)*"/gi;
/** Everything after the host: a file's path gives access to it, and a signed address does too. */
const ADDRESSES = /\b(https?:\/\/)(?:[^\s"\\/?#@]*@)?([^\s"\\/?#]+)(?:[/?#][^\s"\\]+|[?#])/gi;
const USER_INFO = /\b(https?:\/\/)[^\s"\\/?#@]+@/gi;
/** The token of a paid request, also in an address without its host; the route's pattern stays. */
const WEBHOOK_PATHS = /(\/webhooks\/fal\/)(?!:token)[^\s"\\/?#]+/g;
const QUERY_TOKENS = /([?&](?:token|signature|key|apikey)=)[^\s"\\&]+/gi;
const PICTURES = /\bdata:image\/[^\s"\\]+/gi;
const SHAPES: readonly RegExp[] = [
  /\blk_[\w-]{16,}/g, // our API keys
  /\bwhsec_[\w+/=-]+/g, // secrets of outbound webhooks (Standard Webhooks)
  /\bsb_(?:secret|publishable)_[\w-]+/g, // Supabase's API keys
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, // JSON web tokens
  /\b[0-9a-f]{8}-[0-9a-f-]{27}:[0-9a-f]{16,}/gi, // fal's keys
];
const CREDENTIALS = /\b(Bearer|Basic) +[\w.:~+/=-]{8,}/gi;

/** Removes these secrets, and texts in the form of one, from a line of JSON, which stays JSON. */
export function scrubber(secrets: readonly (string | undefined)[]): (line: string) => string {
  const known = secrets
    .filter((secret) => secret !== undefined && secret.length >= SHORTEST_SECRET)
    .map((secret) => JSON.stringify(secret).slice(1, -1));
  return function scrub(line) {
    let clean = line;
    for (const secret of known) clean = clean.replaceAll(secret, CUT);
    clean = clean
      .replace(SECRET_MEMBERS, `"$1":"${CUT}"`)
      .replace(ADDRESSES, `$1$2/${CUT}`)
      .replace(USER_INFO, `$1${CUT}@`)
      .replace(WEBHOOK_PATHS, `$1${CUT}`)
      .replace(QUERY_TOKENS, `$1${CUT}`)
      .replace(PICTURES, `data:image/${CUT}`)
      .replace(CREDENTIALS, `$1 ${CUT}`);
    for (const shape of SHAPES) clean = clean.replace(shape, CUT);
    return clean;
  };
}
