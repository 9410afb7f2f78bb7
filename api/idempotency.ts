import { Problem } from './problem.ts';

/** The key of a request that pays; a Problem without one, because whoever has to send it again would pay twice. */
export function requireKey(key: string | undefined, what: 'identity' | 'test'): string {
  if (key !== undefined) return key;
  const next = `any text that is new for every ${what}, and the same when you repeat`;
  throw new Problem('idempotency_key_required', `Send an Idempotency-Key header: ${next}.`);
}
