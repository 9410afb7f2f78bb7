// The Ed25519 keys that sign webhooks; their public halves are what /.well-known/jwks.json serves.
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

export interface SigningKey {
  /** The key in use and the one before it, so that a webhook under way can still be checked. */
  jwks(): { keys: { kty: 'OKP'; crv: 'Ed25519'; use: 'sig'; x: string }[] };
  /** The account that the webhooks name, stable for a data folder. */
  userId: string;
  /** Headers for one delivery: signs request id, user id, time and SHA-256 of the body (fal's webhook reference). */
  headers(requestId: string, body: Buffer, nowMs: number): Record<string, string>;
  /** Signs with a new key from now on; it is kept when this resolves. */
  rotate(): Promise<void>;
}

const SERVED_KEYS = 2;
const PEM = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/g;

/** Reads the keys kept at `path`, the newest last, or makes a first one and keeps it there. */
export async function loadSigningKey(path: string): Promise<SigningKey> {
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const pems: string[] = kept.match(PEM) ?? [];
  async function addKey(): Promise<void> {
    pems.push(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    await writeFile(`${path}.new`, pems.join(''), { mode: 0o600, flush: true });
    await rename(`${path}.new`, path);
  }
  if (pems.length === 0) await addKey();

  let keys = pems.map((pem) => createPrivateKey(pem));
  let rotation = Promise.resolve();
  const userId = `sandbox_${createHash('sha256').update(publicPart(keys[0])).digest('hex').slice(0, 12)}`;
  return {
    jwks: () => ({
      keys: keys.slice(-SERVED_KEYS).map((key) => ({ kty: 'OKP', crv: 'Ed25519', use: 'sig', x: publicPart(key) })),
    }),
    userId,
    headers(requestId, body, nowMs) {
      const key = keys.at(-1);
      if (!key) throw new Error(`${path} holds no key: remove the file, and the sandbox makes a new one`);
      const timestamp = String(Math.floor(nowMs / 1000));
      const digest = createHash('sha256').update(body).digest('hex');
      const message = Buffer.from([requestId, userId, timestamp, digest].join('\n'), 'utf8');
      return {
        'x-fal-webhook-request-id': requestId,
        'x-fal-webhook-user-id': userId,
        'x-fal-webhook-timestamp': timestamp,
        'x-fal-webhook-signature': sign(null, message, key).toString('hex'),
      };
    },
    rotate() {
      rotation = rotation.then(addKey).then(() => {
        keys = pems.map((pem) => createPrivateKey(pem));
      });
      return rotation;
    },
  };
}

function publicPart(key: KeyObject | undefined): string {
  return key?.export({ format: 'jwk' }).x ?? '';
}
