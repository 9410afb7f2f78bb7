import { Problem } from './problem.ts';

/** The Idempotency-Key of a request that pays. Throws a Problem without one, because a repeat would pay twice. */
export function requireKey(key: string | undefined, what: 'identity' | 'test' | 'batch' | 'repair' | 'redraw'): string {
  if (key !== undefined) return key;
  const detail = `Send an Idempotency-Key header. Use a new text for every ${what}, and the same text when you repeat a request.`;
  throw new Problem('idempotency_key_required', detail);
}
