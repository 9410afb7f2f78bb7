// Prints fresh secrets for the databases that docker-compose.yml starts: `node deploy/secrets.mjs >> .env`, once.
// Without Node: docker run --rm -i node:22-bookworm-slim node --input-type=module - < deploy/secrets.mjs >> .env

import { createHmac, randomBytes } from 'node:crypto';

/** 256 bits: what HS256 needs (RFC 7518, section 3.2), and more than a password can be guessed at. */
const SECRET_BYTES = 32;
/** 10 years, as Supabase's own keys: replace them all at once to revoke one. */
const KEY_LIFE_SECONDS = 10 * 365 * 24 * 3600;

// In hex, because the passwords become part of an address.
const secret = () => randomBytes(SECRET_BYTES).toString('hex');
const jwtSecret = secret();

const lines = {
  TEMPORAL_DB_PASSWORD: secret(),
  SUPABASE_DB_PASSWORD: secret(),
  SUPABASE_JWT_SECRET: jwtSecret,
  SUPABASE_ANON_KEY: supabaseKey('anon'),
  SUPABASE_SERVICE_ROLE_KEY: supabaseKey('service_role'),
};
process.stdout.write(
  `${Object.entries(lines)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`,
);

/**
 * A key in Supabase's older form: a JSON Web Token that names a database role (RFC 7519), signed with HS256.
 * @param {'anon' | 'service_role'} role
 */
function supabaseKey(role) {
  const issuedAt = Math.floor(Date.now() / 1000);
  const part = (/** @type {object} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = part({ alg: 'HS256', typ: 'JWT' });
  const claims = part({ iss: 'supabase', role, iat: issuedAt, exp: issuedAt + KEY_LIFE_SECONDS });
  const signature = createHmac('sha256', jwtSecret).update(`${head}.${claims}`).digest('base64url');
  return `${head}.${claims}.${signature}`;
}
