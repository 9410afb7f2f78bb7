// What must never be in a log line, cut out of the finished JSON text, wherever in it a library or an error put it.

const CUT = '[cut]';
/** A known secret that is shorter would cut ordinary words. */
const SHORTEST_SECRET = 8;

/** Members whose name says that the value is a secret. `callKey` and the like are names, and stay. */
const SECRET_MEMBERS =
  /"([\w-]*(?:authorization|password|secret|token|api[-_]?key|role[-_]?key|cookie))":"(?:[^"\\]|\\.)*"/gi;
/** Everything behind the host: a file's path is as good as a key to it, and a signed address is one. */
const ADDRESSES = /\b(https?:\/\/)(?:[^\s"\\/?#@]*@)?([^\s"\\/?#]+)(?:[/?#][^\s"\\]+|[?#])/gi;
const USER_INFO = /\b(https?:\/\/)[^\s"\\/?#@]+@/gi;
/** The token of a paid request, also where the address has lost its host; the route's pattern stays. */
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

/** Cuts these secrets, and whatever looks like one, out of a line of JSON, which stays JSON. */
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
