// The faults of a chaos run: every one that the sandbox knows, each at least once, and the worst again and again.

import type { Stack } from '../stack/stack.ts';

/** What happens now and then all the time; a tenth of all submissions lose their answer after they were accepted. */
const STEADY: Readonly<Record<string, number>> = {
  lost_submit_response: 0.1,
  submit_503_before_acceptance: 0.03,
  status_500: 0.03,
  webhook_never: 0.3,
};

/** The provider takes one request for two: what it charges then is not ours to prevent, so the books can't agree. */
const NOT_OURS: readonly string[] = ['duplicate_submit'];

/** Faults of a state rather than of a request last this long, not for ever. */
const LASTING: readonly string[] = ['stuck_in_queue', 'account_locked', 'api_key_revoked'];
const LASTING_MS = 20_000;

export async function setFaults(stack: Stack, seed: number): Promise<void> {
  const url = `${stack.urls.sandbox}/admin/faults`;
  const { known } = (await (await fetch(url)).json()) as { known: Record<string, unknown> };
  const until = new Date(Date.now() + LASTING_MS).toISOString();
  const rules = Object.keys(known)
    .filter((fault) => !NOT_OURS.includes(fault))
    .map((fault) => {
      const probability = STEADY[fault];
      if (probability !== undefined) return { fault, probability, seed: String(seed) };
      return LASTING.includes(fault) ? { fault, until } : { fault, times: 1 };
    });
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  });
  if (!answer.ok) throw new Error(`The sandbox took no faults: ${answer.status} ${await answer.text()}`);
}
