// The Ed25519 key pair that signs webhooks; its public half is what /.well-known/jwks.json serves.
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

export interface SigningKey {
  jwks: { keys: { kty: 'OKP'; crv: 'Ed25519'; use: 'sig'; x: string }[] };
  /** The account that the webhooks name, stable for a data folder. */
  userId: string;
  /** Headers for one delivery: signs request id, user id, time and SHA-256 of the body (fal's webhook reference). */
  headers(requestId: string, body: Buffer, nowMs: number): Record<string, string>;
}

/** Reads the key pair kept at `path`, or makes one and keeps it there. */
export async function loadSigningKey(path: string): Promise<SigningKey> {
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const privateKey = kept === undefined ? generateKeyPairSync('ed25519').privateKey : createPrivateKey(kept);
  if (kept === undefined) {
    await writeFile(`${path}.new`, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flush: true });
    await rename(`${path}.new`, path);
  }
  return signingKey(privateKey);
}

function signingKey(privateKey: KeyObject): SigningKey {
  const x = privateKey.export({ format: 'jwk' }).x ?? '';
  const userId = `sandbox_${createHash('sha256').update(x).digest('hex').slice(0, 12)}`;
  return {
    jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', use: 'sig', x }] },
    userId,
    headers(requestId, body, nowMs) {
      const timestamp = String(Math.floor(nowMs / 1000));
      const digest = createHash('sha256').update(body).digest('hex');
      const message = Buffer.from([requestId, userId, timestamp, digest].join('\n'), 'utf8');
      return {
        'x-fal-webhook-request-id': requestId,
        'x-fal-webhook-user-id': userId,
        'x-fal-webhook-timestamp': timestamp,
        'x-fal-webhook-signature': sign(null, message, privateKey).toString('hex'),
      };
    },
  };
}
