// The answer when a request does not match its route's schema.

import type { ZodError } from 'zod';
import { notFound } from '../core/refusal.ts';
import { Problem } from './problem.ts';

type Checked = { target: string } & ({ success: true } | { success: false; error: ZodError });

/** The default hook of all routes. A malformed id in the path is answered with 404, as any unknown id. */
export function refuseInvalid(result: Checked): void {
  if (result.success) return;
  if (result.target === 'param') throw notFound();
  const errors = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const first = errors[0];
  const where = first?.path ? `"${first.path}": ` : '';
  throw new Problem('invalid_request', `${where}${first?.message ?? 'invalid'}. Correct it and send it again.`, {
    members: { errors },
  });
}
