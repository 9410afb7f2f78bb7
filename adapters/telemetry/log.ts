// The log of a process: one line of JSON an event, on standard output, with nothing secret in it.

import { type DestinationStream, type Logger, pino } from 'pino';
import { scrubber } from './scrub.ts';

/** `secrets` are cut wherever they turn up; what looks like a key, a token or a file's address is cut as well. */
export function createLog(
  name: string,
  secrets: readonly (string | undefined)[],
  destination: DestinationStream = pino.destination(1),
): Logger {
  const { err } = pino.stdSerializers;
  return pino({ name, serializers: { err, error: err }, hooks: { streamWrite: scrubber(secrets) } }, destination);
}
