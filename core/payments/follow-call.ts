// Follows a request that an app made through the proxy until the ledger has its cost. The app may read the result at
// any time, or never; this keeps the ledger right either way. Posts nothing.

import { Failure } from '../../domain/failure.ts';
import type { Profile } from '../../domain/profile.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import type { ProviderSteps } from '../../domain/steps.ts';
import type { Attempt, Work } from '../ports/attempt.ts';
import { pauseMs, progress, stopJob, watchedMs } from './job-watch.ts';
import { reconcileCall } from './reconcile-call.ts';
import { type SettlingWorld, settle } from './settle.ts';

/** Milliseconds: OPENING_MS from the start of the workflow to the row, ANSWERING_MS from the post to its answer. */
const OPENING_MS = 120_000;
const ANSWERING_MS = 60_000;
const ROW_PAUSE_MS = 15_000;
const AT_ONCE_MS = 1000;
/** Milliseconds between two searches for a lost request: the time since the post, within these limits. */
const LISTING_PAUSE_MS = { shortest: 15_000, longest: 3_600_000 };

/** Milliseconds between two polls of a job. No caller waits for them, so they are rare. */
const POLL_MS: Record<Profile['kind'], number> = { trainer: 30_000, generator: 15_000, editor: 15_000 };

type Submitted = ProviderCall & { requestId: string };

export function followCall(ports: SettlingWorld): Work<ProviderSteps['followCall']> {
  const reconcile = reconcileCall(ports);
  return async ({ callKey }, attempt) => {
    const call = await ports.ledger.find(callKey);
    if (!call) return notOpened(attempt);
    if (call.state === 'refused' || call.state === 'settled' || call.state === 'failed') return;
    const elapsedMs = Date.now() - Date.parse(call.postedAt);
    if (call.requestId !== undefined) return ended(ports, { ...call, requestId: call.requestId }, elapsedMs, attempt);
    if (call.state === 'intent' && elapsedMs < ANSWERING_MS) throw notYet('The request is being sent.', ROW_PAUSE_MS);
    const pause = Math.min(Math.max(elapsedMs, LISTING_PAUSE_MS.shortest), LISTING_PAUSE_MS.longest);
    const found = await reconcile({ callKey }, attempt).then(({ found }) => found, takenByAnother);
    if (!found) throw notYet('The provider does not list the request.', pause);
    throw notYet('What became of the request is known now.', AT_ONCE_MS);
  };
}

/** The workflow is started before the row, so that a crash leaves no row unfollowed; some requests get no row. */
function notOpened({ scheduledAt }: Attempt): void {
  if (Date.now() - scheduledAt < OPENING_MS) throw notYet('Nothing was sent yet.', ROW_PAUSE_MS);
}

async function ended(ports: SettlingWorld, call: Submitted, elapsedMs: number, attempt: Attempt): Promise<void> {
  const { kind, expectedMs, deadlineMs } = ports.models.ofCall(call).profile;
  const status = await ports.provider.status(call.endpoint, call.requestId, attempt.signal);
  if (status.state !== 'done' && !(watchedMs(call, attempt) >= deadlineMs && (await stopJob(ports, call)))) {
    throw notYet(progress(status), pauseMs(elapsedMs, expectedMs, POLL_MS[kind]));
  }
  try {
    await settle(ports, call, attempt.signal);
  } catch (error) {
    // The ledger has recorded the failure. The app reads it with its own request.
    if (!(error instanceof Failure && error.code === 'ProviderFailed')) throw error;
  }
}

/** Two requests have one body: the listing named the other one, and the ledger refused its id. */
function takenByAnother(error: unknown): boolean {
  if (error instanceof Failure && error.code === 'Internal') return false;
  throw error;
}

function notYet(message: string, retryAfterMs: number): Failure {
  return new Failure('NotReadyYet', message, { retryAfterMs });
}
