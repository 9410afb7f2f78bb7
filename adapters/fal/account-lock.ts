// Which refusals concern our account. fal's issue tracker has the texts of a lock: "User is locked. Reason: Exhausted
// balance", "Reason: Admin lock", "Reason: TOP_UP". A 403 without such a text ("Access denied") concerns the request.

import type { LockKind } from '../../domain/provider-account.ts';

const ADMIN = /\badmin[ _-]?lock/i;
const BALANCE = /exhausted[ _-]?balance|\btop[ _-]?up\b|insufficient (?:balance|credits|funds)/i;
const LOCKED = /\b(?:user|account) is locked\b/i;

/** The kind of lock in a refusal; undefined when the account itself is not refused. */
export function accountLock(status: number, text: string): LockKind | undefined {
  if (status < 400 || status >= 500) return undefined;
  if (ADMIN.test(text)) return 'admin';
  if (BALANCE.test(text)) return 'balance';
  if (LOCKED.test(text)) return 'other';
  if (status === 401) return 'key';
  if (status === 402) return 'balance';
  return undefined;
}
