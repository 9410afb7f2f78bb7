// What a log line may never hold, wherever in it a library or an error put it.

import { describe, expect, test } from 'vitest';
import { createLog } from '../../../adapters/telemetry/log.ts';

const SERVICE_KEY = 'service"role\\key-4711';

function logged(write: (log: ReturnType<typeof createLog>) => void): { text: string; lines: unknown[] } {
  let text = '';
  write(createLog('test', [SERVICE_KEY, undefined, 'sandbox'], { write: (line) => (text += line) }));
  return {
    text,
    lines: text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  };
}

const SECRETS = [
  ['our own key', 'lk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE', 'Zm9vYmFy'],
  ['a secret of outbound webhooks', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', 'C2FVsBQI'],
  ["Supabase's secret key", 'sb_secret_N7UND0UgjKTVK', 'N7UND0Ug'],
  ['a JSON web token', 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZSJ9.c2lnbmF0dXJl', 'eyJyb2xl'],
  ["fal's key", '12345678-1234-1234-1234-123456789abc:0123456789abcdef0123456789abcdef', '0123456789abcdef'],
  ['a bearer', 'Bearer opaque-token-value', 'opaque-token'],
  ["a webhook's address", 'https://api.test/webhooks/fal/tokentokentoken?x=1', 'tokentoken'],
  ["a webhook's path", 'POST /webhooks/fal/tokentokentoken failed', 'tokentoken'],
  ['a signed address', 'http://127.0.0.1:54321/storage/v1/object/sign/character-references/a.jpg?token=abc', 'a.jpg'],
  ["the path of a provider's file", 'https://v3.fal.media/files/lion/anna.safetensors', 'anna'],
  ['an address with a name and password', 'https://user:hunter22@files.test', 'hunter22'],
  ['a picture', 'data:image/jpeg;base64,QUJDREVG', 'QUJDREVG'],
  ['a secret that the settings named', SERVICE_KEY, '4711'],
] as const;

describe.each(SECRETS)('%s is cut', (_name, secret, part) => {
  test.each([
    ['in a field', (log: ReturnType<typeof createLog>) => log.info({ note: `before ${secret} after` }, 'x')],
    ['in the message', (log: ReturnType<typeof createLog>) => log.info(`before ${secret} after`)],
    [
      'in an error and its cause',
      (log: ReturnType<typeof createLog>) =>
        log.error({ err: new Error(`no: ${secret} after`, { cause: new TypeError(secret) }) }, 'x'),
    ],
    ['in an error of a library', (log: ReturnType<typeof createLog>) => log.warn({ error: new Error(secret) }, 'x')],
    ['in a child of the log', (log: ReturnType<typeof createLog>) => log.child({ deep: { er: [secret] } }).info('x')],
  ])('%s', (_where, write) => {
    const { text } = logged(write);
    expect(text).toContain('[cut]');
    expect(text).not.toContain(part);
  });
});

test.each(['authorization', 'Authorization', 'token', 'taskToken', 'apiKey', 'webhook_secret', 'password', 'cookie'])(
  'whatever is called %s is cut',
  (name) => {
    expect(logged((log) => log.info({ headers: { [name]: 'any"thing' } }, 'x')).lines).toMatchObject([
      { headers: { [name]: '[cut]' } },
    ]);
  },
);

test('what helps to find a fault stays', () => {
  const fields = {
    url: 'http://127.0.0.1:8787',
    workflowId: 'identity/10000000-0000-4000-8000-000000000001',
    callKey: '10000000-0000-4000-8000-000000000001/train/1',
    route: '/webhooks/fal/:token',
    provider: 'sandbox',
    endpoint: 'fal-ai/flux-lora',
    detail: 'Key not found; see https://docs.test for more',
  };
  expect(logged((log) => log.info(fields, 'fine')).lines).toMatchObject([{ ...fields, msg: 'fine', name: 'test' }]);
});

test('an error keeps its kind, its message and where it came from', () => {
  const { lines } = logged((log) => log.error({ err: new TypeError('https://a.test/b broke') }, 'x'));
  expect(lines).toMatchObject([{ err: { type: 'TypeError', message: 'https://a.test/[cut] broke' } }]);
  expect(JSON.stringify(lines)).toContain('scrub.test.ts');
});
