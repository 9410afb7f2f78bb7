// What the check is told: its arguments, and the key that the product itself reads.

import { parseArgs } from 'node:util';
import { type MicroUsd, microUsd } from '../../domain/money.ts';

export const HELP = `Asks fal what its pages leave open, as cheaply as it can be asked, and holds each answer beside the sandbox's.

  npm run check:fal -- --max-usd 0.50

  --max-usd N          what all of it may cost, in dollars; what no longer fits is left out. 0 asks only what is free
  --public-url URL     an address at which fal reaches --port of this machine, such as that of a tunnel: for a LoRA at
                       an address of ours, and for a webhook
  --port N             where both are waited for, on 127.0.0.1; default any free one
  --file-seconds N     how long the uploaded file is asked to live; default 60, the shortest that fal has a name for
  --base URL           ask a sandbox, or what else speaks fal's protocol there, instead of fal
  --json               print JSON instead of the table
  --report FILE        write the JSON to a file too

FAL_KEY holds the key, as for the product. Exit status: 0 all as the sandbox, 1 something differs, 2 it could not be asked.
`;

export interface CheckOptions {
  credentials: string;
  maxSpend: MicroUsd;
  /** Origin of what is asked instead of fal. */
  base: string | undefined;
  publicUrl: string | undefined;
  /** 0 takes any free one. */
  port: number;
  fileSeconds: number;
}

interface Output {
  json: boolean;
  reportFile: string | undefined;
}

/** It cannot be run, or not any further; the message tells the next step. */
export class CannotRun extends Error {}

/** Undefined when only the help is asked for. Throws CannotRun before anything is sent. */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): (CheckOptions & Output) | undefined {
  const values = parsed(args);
  if (values.help) return undefined;
  if (values['max-usd'] === undefined) {
    throw new CannotRun(
      'These calls cost money, so say how much they may: npm run check:fal -- --max-usd 0.50. Nothing was sent.',
    );
  }
  const credentials = env.FAL_KEY || env.FAL_API_KEY;
  if (!credentials) throw new CannotRun('FAL_KEY is not set. Copy a key from the fal dashboard. Nothing was sent.');
  return {
    credentials,
    maxSpend: microUsd(numberOf('max-usd', values['max-usd'])),
    base: addressOf('base', values.base),
    publicUrl: addressOf('public-url', values['public-url']),
    port: numberOf('port', values.port, 65_535),
    fileSeconds: Math.max(1, Math.round(numberOf('file-seconds', values['file-seconds']))),
    json: values.json,
    reportFile: values.report,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        'max-usd': { type: 'string' },
        'public-url': { type: 'string' },
        port: { type: 'string', default: '0' },
        'file-seconds': { type: 'string', default: '60' },
        base: { type: 'string' },
        json: { type: 'boolean', default: false },
        report: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new CannotRun(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}

function numberOf(name: string, text: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= most) return value;
  throw new CannotRun(`--${name} ${text} is no number that can be used. Nothing was sent.`);
}

function addressOf(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new CannotRun(`--${name} ${text} is no http address. Nothing was sent.`);
}
