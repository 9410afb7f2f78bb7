#!/usr/bin/env node
// The sandbox as a command: `npx @likeness/fal-sandbox --port 8788`, and here `npm run sandbox -- --port 8788`.
import { parseArgs } from 'node:util';
import pino from 'pino';
import { FAULT_NAMES, FAULTS } from './fault-registry.ts';
import { FAULT_OPTION_FORM, readFaultOption } from './fault-rule.ts';
import { startSandbox } from './server.ts';
import { DEFAULT_SETTINGS, settingsChangeSchema, settingsSchema } from './settings.ts';

const DEFAULT_PORT = 8788;

const settingNames = Object.keys(settingsSchema.shape) as (keyof typeof settingsSchema.shape)[];
const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    port: { type: 'string', default: String(DEFAULT_PORT) },
    host: { type: 'string', default: '127.0.0.1' },
    data: { type: 'string', default: '.likeness/sandbox' },
    key: { type: 'string', multiple: true, default: ['sandbox'] },
    'admin-token': { type: 'string' },
    'public-url': { type: 'string' },
    strangers: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
    fault: { type: 'string', multiple: true, default: [] },
  },
});

if (values.help) {
  process.stdout.write(`A fal-compatible server for one machine.

  --port N          default ${DEFAULT_PORT}; 0 takes any free one
  --host ADDRESS    default 127.0.0.1
  --data DIR        requests, books, files, keys; default .likeness/sandbox
  --key KEY         an accepted API key, may be repeated; default sandbox
  --admin-token T   /admin/* needs it as x-sandbox-admin; without it only this machine may ask
  --public-url URL  origin of the addresses in answers, when it is not the caller's own way here
  --strangers DIR   photos of people whom no LoRA shows, one clear face each, for "a man" and "a woman" of a prompt
  --set NAME=VALUE  a setting, may be repeated:
${settingNames.map((name) => `      ${name}=${JSON.stringify(DEFAULT_SETTINGS[name])}: ${settingsSchema.shape[name].description}`).join('\n')}
  --fault RULE      something that goes wrong, may be repeated; kept in DIR with its counts:
      ${FAULT_OPTION_FORM}
${FAULT_NAMES.map((name) => `      ${name}: ${FAULTS[name].does}`).join('\n')}
`);
  process.exit(0);
}

const log = pino({ name: 'sandbox' });
const sandbox = await startSandbox({
  port: Number(values.port),
  host: values.host,
  dataFolder: values.data,
  keys: values.key,
  ...(values['admin-token'] !== undefined && { adminToken: values['admin-token'] }),
  ...(values['public-url'] !== undefined && { publicUrl: values['public-url'] }),
  ...(values.strangers !== undefined && { strangers: values.strangers }),
  settings: settingsChangeSchema.parse(Object.fromEntries(values.set.map(readSetting))),
  ...(values.fault.length > 0 && { faults: values.fault.map(readFaultOption) }),
  onError: (error) => log.error({ err: error }, 'a request could not be carried on'),
});
log.info({ url: sandbox.url, data: values.data }, 'the sandbox stands in for fal: nothing here costs money');
process.send?.({ type: 'ready', url: sandbox.url });

let closing = false;
async function stop(): Promise<void> {
  if (closing) return;
  closing = true;
  await sandbox.close();
  process.exit(0);
}
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
// A parent that started us over an IPC channel takes us with it, even when it is killed.
if (process.send) process.on('disconnect', stop);

function readSetting(text: string): [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`--set ${text}: write it as NAME=VALUE, for example --set trainingMs=2000`);
  return [text.slice(0, at), JSON.parse(text.slice(at + 1))];
}
