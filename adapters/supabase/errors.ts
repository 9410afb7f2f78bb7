// Turns the errors of PostgREST, Postgres and the storage service into our closed list. Pure. Their messages are not
// passed on: those quote rows, keys and addresses.

import { BUDGET_SCOPES, type BudgetScope, type BudgetUse, budgetRefusal } from '../../domain/budget.ts';
import { Failure } from '../../domain/failure.ts';

/** The `error` of supabase-js, of all its services. */
export interface StoreError {
  /** SQLSTATE, `PGRST…`, or nothing when the answer did not come from the database. */
  code?: string | undefined;
  message: string;
  details?: string | null | undefined;
  /** HTTP; absent or 0 when no answer came. */
  status?: number | undefined;
  /** The storage service's own code: a status as text, or a name. Inside an HTTP 400 it is the code that counts. */
  statusCode?: string | undefined;
}

/** SQLSTATE (or its beginning) of transient errors: no connection, no room, shutting down, locked, deadlock. */
const TRANSIENT_SQLSTATE = /^(08|53|57|40001|40P01|55P03|25006)/;
/** PostgREST without its database (docs.postgrest.org, "Errors", group 0). */
const TRANSIENT_POSTGREST = /^PGRST00[0-3]$/;
/** Raised by our functions (PostgREST makes it 404), no row where one was expected, and a missing parent row. */
const MISSING_CODES = new Set(['PT404', 'PGRST116', '23503']);
/** The storage service's codes: a status in older versions, a name in newer ones. */
const MISSING_OBJECT_CODES = new Set(['404', 'not_found', 'NoSuchKey']);
const TOO_LARGE_CODES = new Set(['413', 'EntityTooLarge']);
const WRONG_TYPE_CODES = new Set(['415', 'InvalidMimeType']);
/** A function, column or table that PostgREST does not know: the migrations did not run, or its schema cache is old. */
const NO_SCHEMA_CODES = new Set(['PGRST202', 'PGRST204', 'PGRST205', '42P01']);
/** Class 22, "data exception": a value that no column of its type can hold, such as U+0000 in a text (22021, 22P05). */
const BAD_VALUE_SQLSTATE = /^22/;
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** `subject` is the object of the query, as part of a sentence: "the identity 5f0c…". */
export function failureOf(error: StoreError, subject: string): Failure {
  const code = error.code ?? '';
  const storageCode = error.statusCode ?? '';
  const status = error.status ?? 0;

  if (code === 'P0001') return refusalOf(error, subject);
  if (MISSING_CODES.has(code) || (code === '22P02' && error.message.includes('type uuid'))) return missing(subject);
  if (BAD_VALUE_SQLSTATE.test(code)) {
    return new Failure(
      'InvalidInput',
      `The database cannot store a value of ${subject} (SQLSTATE ${code}). Change it.`,
    );
  }
  if (TRANSIENT_SQLSTATE.test(code) || TRANSIENT_POSTGREST.test(code)) return unavailable(`answered ${code}`);
  // The next two pass when an operator acts, so no run has to end because of them.
  if (refusesKey(error)) {
    return unavailable('refuses the key. Check SUPABASE_SERVICE_ROLE_KEY');
  }
  if (NO_SCHEMA_CODES.has(code || storageCode) || lacksBucket(error)) {
    return unavailable('lacks tables or buckets of this version. Apply supabase/migrations to it');
  }
  if (TOO_LARGE_CODES.has(storageCode) || status === 413) {
    const message = `The storage refuses ${subject}: too large. Raise file_size_limit of the bucket and of the project.`;
    return new Failure('Internal', message);
  }
  if (WRONG_TYPE_CODES.has(storageCode)) {
    const message = `The storage refuses ${subject}: its content type is not in allowed_mime_types of the bucket.`;
    return new Failure('Internal', message);
  }
  if (MISSING_OBJECT_CODES.has(storageCode)) return missing(subject);
  if (SQLSTATE.test(code) && code !== 'XX000') {
    return new Failure('Internal', `The database refuses ${subject} (SQLSTATE ${code}). Please report this.`);
  }
  if (status === 0 || status === 408 || status === 429 || status >= 500 || /^(429|5\d\d)$/.test(storageCode)) {
    return unavailable(status === 0 ? 'cannot be reached. Check SUPABASE_URL and the network' : `answered ${status}`);
  }
  // Neither the database nor the storage answers so: a proxy does, or some other server.
  if (code === '' && storageCode === '') return unavailable(`answered ${status}. Check SUPABASE_URL`);
  const answer = `HTTP ${status}, ${code || storageCode}`;
  return new Failure('Internal', `The database or storage refuses ${subject} (${answer}). Please report this.`);
}

/** Whether our key is wrong. */
export function refusesKey({ code, statusCode, status }: StoreError): boolean {
  if (status === 401 || status === 403) return true;
  const said = code || statusCode || '';
  return /^PGRST30/.test(said) || ['401', '403', '42501'].includes(said);
}

export function lacksBucket({ statusCode, message }: StoreError): boolean {
  return statusCode === 'NoSuchBucket' || message === 'Bucket not found';
}

function unavailable(what: string): Failure {
  return new Failure('StoreUnavailable', `The database or storage ${what}. It will be tried again.`);
}

function missing(subject: string): Failure {
  return new Failure('NotFound', `Not found: ${subject}.`);
}

/** Refusals that our own functions raise (`raise exception`). */
function refusalOf({ message, details }: StoreError, subject: string): Failure {
  if (message === 'budget exceeded') return budgetExceeded(details);
  if (message === 'lora differs') {
    return new Failure(
      'InvalidLora',
      `The stored LoRA of ${subject} is not the one that was approved. Train it again.`,
    );
  }
  if (message === 'identity is closed') {
    return new Failure('Internal', `The run of ${subject} has ended, and it cannot be published any more.`);
  }
  return new Failure('Internal', `The database refuses ${subject}. Please report this.`);
}

function budgetExceeded(details: string | null | undefined): Failure {
  const refused = readRefusal(details);
  const message = refused
    ? budgetRefusal(refused.scope, refused.use, refused.wanted)
    : 'The budget does not allow this request. Look at GET /v1/budget, and raise what is used up.';
  return new Failure('BudgetExceeded', message);
}

function readRefusal(details: string | null | undefined) {
  try {
    const parsed = JSON.parse(details ?? '') as Record<keyof BudgetUse | 'wanted' | 'scope', unknown>;
    const scope: BudgetScope | undefined = BUDGET_SCOPES.find((name) => name === parsed.scope);
    const wanted = Number(parsed.wanted);
    const use = { cap: Number(parsed.cap), reserved: Number(parsed.reserved), charged: Number(parsed.charged) };
    const known = scope && [wanted, ...Object.values(use)].every(Number.isSafeInteger);
    return known ? { scope, use, wanted } : undefined;
  } catch {
    return undefined;
  }
}
