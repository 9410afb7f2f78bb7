// The status of a request as server-sent events, in whole events. fal may end a stream before the job ends (an idle
// connection, a restart). It is then opened again, because the app would take the end of the stream as an answer and
// lose its paid result.

import { setTimeout as sleep } from 'node:timers/promises';

/** How often in a row, and how far apart in milliseconds, a broken stream is opened again. */
const REOPENS = 5;
const PAUSE_MS = 1000;

/** The last event of a stream. A quoted log line is escaped and does not match. */
const ENDED = /"status"\s*:\s*"COMPLETED"/;
const EVENT_END = /\r?\n\r?\n/;

/**
 * The events of `first`, and of the streams that `reopen` gives after it, until the job has ended or the reader leaves.
 * Fails when the stream cannot be opened again.
 */
export function untilCompleted(first: Response, reopen: () => Promise<Response>): ReadableStream<Uint8Array> {
  const left = new AbortController();
  const events = allEvents(first, reopen, left.signal);
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await events.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      left.abort();
      await events.return(undefined).catch(() => undefined);
    },
  });
}

async function* allEvents(
  first: Response,
  reopen: () => Promise<Response>,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  let answer: Response | undefined = first;
  for (let tries = 0; tries < REOPENS; tries += 1) {
    try {
      for await (const event of answer ? eventsOf(answer) : []) {
        yield event;
        if (ENDED.test(event)) return;
        tries = 0;
      }
    } catch (error) {
      if (signal.aborted) throw error;
    }
    await sleep(PAUSE_MS, undefined, { signal });
    answer = await reopen().catch(() => undefined);
    if (answer && !answer.ok) answer = void (await answer.body?.cancel());
  }
  throw new Error('fal does not tell the status of the request any more');
}

/** Whole events only: two joined halves would be invalid. */
async function* eventsOf({ body }: Response): AsyncGenerator<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      text += decoder.decode(part.value, { stream: true });
      for (let end = EVENT_END.exec(text); end; end = EVENT_END.exec(text)) {
        yield `${text.slice(0, end.index)}\n\n`;
        text = text.slice(end.index + end[0].length);
      }
    }
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
}
