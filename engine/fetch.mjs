// Requests with short time-outs: in a closed network each one only leads to the next source.

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SetUpError } from './machine.mjs';

const ANSWER_MS = 5_000;
/** Milliseconds between two pieces of a file. A slow connection may go on, a dead one not. */
const SILENCE_MS = 10_000;
/** 80 MB, the largest file, at 1 Mbit/s. */
const FILE_MS = 900_000;

/**
 * @param {string} url
 * @param {Record<string, string>} [headers]
 * @returns {Promise<unknown>} the JSON at an address
 */
export async function fetchJson(url, headers = {}) {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
  check(response, url);
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) {
    await response.body?.cancel();
    throw new SetUpError(`${url} does not answer with JSON`);
  }
  return await response.json();
}

/**
 * Streams what is at an address into a file.
 * @param {string} url
 * @param {string} target
 * @param {{answerMs?: number, silenceMs?: number}} [limits]
 * @returns {Promise<string>} the file's SHA-256
 */
export async function fetchFile(url, target, { answerMs = ANSWER_MS, silenceMs = SILENCE_MS } = {}) {
  const givenUp = new AbortController();
  const giveUp = (/** @type {number} */ ms) =>
    setTimeout(() => givenUp.abort(new SetUpError(`nothing came from ${url} for ${ms / 1000} s`)), ms);
  const signal = AbortSignal.any([givenUp.signal, AbortSignal.timeout(FILE_MS)]);
  let timer = giveUp(answerMs);
  try {
    const response = await fetch(url, { signal });
    check(response, url);
    if (!response.body) throw new SetUpError(`${url} is empty`);
    const hash = createHash('sha256');
    await pipeline(
      Readable.fromWeb(/** @type {import('node:stream/web').ReadableStream} */ (response.body)),
      async function* (/** @type {AsyncIterable<Buffer>} */ chunks) {
        for await (const chunk of chunks) {
          clearTimeout(timer);
          timer = giveUp(silenceMs);
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(target),
      { signal },
    );
    return hash.digest('hex');
  } catch (error) {
    // The pipeline reports only that it was aborted.
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {Response} response
 * @param {string} url
 */
function check(response, url) {
  if (!response.ok) throw new SetUpError(`${url} answered ${response.status}`);
}

/**
 * A failed request in a few words; `fetch` hides the reason in the cause.
 * @param {unknown} error
 * @returns {string}
 */
export function reasonOf(error) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause instanceof Error ? cause.message.split('\n')[0] : undefined) || String(cause);
}
