// The log of a process: one line of JSON for each event, on standard output, without secrets.

import { type DestinationStream, type Logger, pino } from 'pino';
import { scrubber } from './scrub.ts';

/** `secrets` are removed everywhere; texts in the form of a key, a token or a file's address are removed as well. */
export function createLog(
  name: string,
  secrets: readonly (string | undefined)[],
  destination: DestinationStream = pino.destination(1),
): Logger {
  const { err } = pino.stdSerializers;
  return pino({ name, serializers: { err, error: err }, hooks: { streamWrite: scrubber(secrets) } }, destination);
}
