// The only place where fal's errors become ours. An accepted job may be paid, so it is polled until it has failed or
// its own deadline has passed.

import { Failure } from '../../domain/failure.ts';
import { LOCK_REMEDY } from '../../domain/provider-account.ts';
import { accountLock } from './account-lock.ts';
import { billableUnits, type FalAnswer, problemOf, retryAfterMs } from './answer.ts';
import { transportError } from './transport-error.ts';

/** `upload` asks for a place, `upload_bytes` fills it, `listing` is the platform API, `download` is fal's CDN. */
export type FalOperation = 'status' | 'result' | 'cancel' | 'upload' | 'upload_bytes' | 'listing' | 'download';

const WORDS: Record<FalOperation, string> = {
  status: 'asked for the status of a request',
  result: 'asked for the result of a request',
  cancel: 'asked to cancel a request',
  upload: 'asked to take a file',
  upload_bytes: 'sent the bytes of a file',
  listing: 'asked which requests it has',
  download: 'asked for a file',
};

/** The failure of an answer that is no success. `now`: milliseconds since 1970. */
export function failureOfAnswer(operation: FalOperation, answer: FalAnswer, now: number): Failure {
  const { status } = answer;
  const { byModel, text, problems } = problemOf(answer);
  const said = `fal, ${WORDS[operation]}, answered ${text}`;
  const later = () => new Failure('ProviderUnavailable', said, { retryAfterMs: retryAfterMs(answer.headers, now) });

  // fal may bill a job that failed after it ran (its page on pricing: a 422 of a runner that spent GPU time).
  const jobFailed = () =>
    new Failure('ProviderFailed', `fal could not finish the job: ${text}`, {
      billableUnits: billableUnits(answer.headers),
      problems,
    });

  if (operation === 'result' && byModel) return jobFailed();
  if (operation === 'result' && isPending(answer, text)) return new Failure('NotReadyYet', 'The job still runs at fal');
  if (operation === 'download' && status < 500 && status !== 429) {
    return new Failure('NotFound', `fal no longer gives out this file (HTTP ${status})`);
  }
  // Uploads go to a signed address: a refusal there means that it expired, not that the key is wrong.
  if (operation === 'upload_bytes') return later();
  const lock = byModel ? undefined : accountLock(status, text);
  if (lock) return new Failure('ProviderAccount', `${said}. ${LOCK_REMEDY[lock]}`, { lock });
  // The key lost a right, or never had it. An accepted job may be paid, so it is polled until the right is back.
  if (status === 403) {
    const hint = 'Check in the fal dashboard what FAL_KEY is allowed';
    return new Failure('ProviderUnavailable', `${said}. ${hint}`, { retryAfterMs: retryAfterMs(answer.headers, now) });
  }
  if (status === 429) {
    return new Failure('ProviderThrottled', said, { retryAfterMs: retryAfterMs(answer.headers, now) });
  }
  if (status >= 500 || status === 408 || status === 425) return later();

  switch (operation) {
    case 'status':
      return later();
    case 'result':
      // Right after a submit a request can be unknown for a moment.
      if (status < 400 || status === 404) return later();
      return jobFailed();
    case 'cancel':
      return new Failure('NotFound', 'fal has no such request that could still be cancelled');
    case 'upload':
      return new Failure('SubmissionRejected', `${said}. The file cannot be uploaded as it is`);
    case 'listing':
    case 'download':
      return new Failure('Internal', said);
  }
}

/** The failure of a request without an answer. The cause is dropped: it can quote our key. */
export function failureOfError(operation: FalOperation, error: unknown): Failure {
  return new Failure('ProviderUnavailable', `fal, ${WORDS[operation]}, did not answer: ${transportError(error).code}`);
}

/** fal does not document the status of a pending result: 400 with a text was seen; a status query gives 202. */
function isPending({ status }: FalAnswer, text: string): boolean {
  return status === 202 || (status === 400 && /still in progress/i.test(text));
}
