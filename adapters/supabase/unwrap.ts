// supabase-js returns errors instead of throwing them, except when a body breaks off. These functions turn both into
// `Failure`. `subject` is the object of the request, as part of a sentence: "the identity 5f0c…".

import { Failure } from '../../domain/failure.ts';
import { failureOf, type StoreError } from './errors.ts';

interface Answer<T> {
  data: T;
  error: StoreError | null;
  /** PostgREST's; the errors of the storage service carry their own. */
  status?: number;
}

/** The data; NotFound when there is none. */
export async function unwrap<T>(request: PromiseLike<Answer<T>>, subject: string): Promise<NonNullable<T>> {
  const data = await answerOf(request, subject);
  if (data === null || data === undefined) throw new Failure('NotFound', `Not found: ${subject}.`);
  return data;
}

/** The data, or undefined when there is none. */
export async function unwrapMaybe<T>(
  request: PromiseLike<Answer<T>>,
  subject: string,
): Promise<NonNullable<T> | undefined> {
  try {
    return (await answerOf(request, subject)) ?? undefined;
  } catch (error) {
    if (error instanceof Failure && error.code === 'NotFound') return undefined;
    throw error;
  }
}

/** For requests without data. */
export async function unwrapNothing(request: PromiseLike<Answer<unknown>>, subject: string): Promise<void> {
  await answerOf(request, subject);
}

/** The data, null when the database returned null. */
export async function answerOf<T>(request: PromiseLike<Answer<T>>, subject: string): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch {
    // A connection that broke while the body was read.
    throw failureOf({ message: '', status: 0 }, subject);
  }
  const { data, error, status } = answer;
  if (!error) return data;
  const { code, message, details, statusCode } = error;
  throw failureOf({ code, message, details, statusCode, status: error.status ?? status }, subject);
}
