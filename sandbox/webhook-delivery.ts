// One delivery of a webhook: the signed POST, and the faults that change what it says or how it is signed.
import { isIP } from 'node:net';
import type { Faults } from './faults.ts';
import { gatewayIdOf, type Job } from './job.ts';
import type { Settings } from './settings.ts';
import type { SigningKey } from './signing-key.ts';
import { withUnknownFields } from './unknown-fields.ts';

/** fal: more than five minutes apart is a replay, so twice that is. */
const SKEW_MS = 600_000;
/** Stands for the answer of a host that must not be called: fal treats 3xx as final. */
const NOT_DELIVERABLE = 308;

export interface DeliveryWorld {
  settings(): Settings;
  faults: Faults;
  key: SigningKey;
}

/** Posts the job's webhook once. The status of the answer, or null when there was none. */
export async function deliverWebhook(job: Job, world: DeliveryWorld, signal: AbortSignal): Promise<number | null> {
  const url = job.webhook ?? '';
  if (!URL.canParse(url)) return NOT_DELIVERABLE;
  if (!world.settings().webhookLoopback && isPrivateHost(new URL(url).hostname)) return NOT_DELIVERABLE;
  const body = Buffer.from(JSON.stringify(await webhookBody(job, world.faults)));
  const headers = await signedHeaders(job, body, world);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal,
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}

async function webhookBody(job: Job, faults: Faults): Promise<Record<string, unknown>> {
  const differs = await faults.strikesJob('gateway_id_differs', job);
  const ids = { request_id: job.id, gateway_request_id: gatewayIdOf(job, differs) };
  const status = job.outcome?.status ?? 500;
  const payload = job.outcome?.body ?? null;
  let body: Record<string, unknown>;
  if (status >= 300) body = { ...ids, status: 'ERROR', error: `Invalid status code: ${status}`, payload };
  else if (await faults.strikesJob('webhook_payload_null', job)) {
    body = { ...ids, status: 'OK', payload: null, payload_error: 'Response payload is not JSON serializable.' };
  } else body = { ...ids, status: 'OK', payload };
  return withUnknownFields(body, await faults.strikes('unknown_fields', job));
}

async function signedHeaders(job: Job, body: Buffer, { faults, key }: DeliveryWorld): Promise<Record<string, string>> {
  if (await faults.strikes('webhook_key_rotated', job)) await key.rotate();
  let now = Date.now();
  if (await faults.strikes('webhook_stale', job)) now -= SKEW_MS;
  else if (await faults.strikes('webhook_clock_skew', job)) now += SKEW_MS;
  const headers = key.headers(job.id, body, now);
  if (!(await faults.strikes('webhook_bad_signature', job))) return headers;
  const forged = String(headers['x-fal-webhook-signature']).replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
  return { ...headers, 'x-fal-webhook-signature': forged };
}

/** Loopback and private addresses, by name or by number. */
function isPrivateHost(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) === 6) return /^(::1?$|f[cd]|fe[89ab])/i.test(bare);
  return isIP(bare) === 4 && /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(bare);
}
