// Every call to the provider is timed and named by what came of it, and its answer is passed on as it is.

import { expect, test } from 'vitest';
import { measuredProvider } from '../../../adapters/telemetry/measured-provider.ts';
import type { Tracing } from '../../../adapters/telemetry/tracing.ts';
import type { Provider } from '../../../core/ports/provider.ts';
import { Failure } from '../../../domain/failure.ts';

const ADDRESS = 'https://v3.fal.media/files/anna.jpg';
const provider: Provider = {
  submit: async () => ({ kind: 'unknown', reason: 'the connection broke' }),
  status: async () => ({ state: 'running' }),
  result: async () => {
    throw new Failure('ProviderThrottled', 'Slow down.');
  },
  cancel: async () => undefined,
  findRequest: async () => 'req-1',
  upload: async () => ADDRESS,
  download: async () => {
    throw new DOMException('stopped', 'AbortError');
  },
};

function watched() {
  const seen: string[] = [];
  const spans: unknown[] = [];
  const tracing: Pick<Tracing, 'call'> = {
    call: (name, attributes, work) => {
      spans.push([name, attributes]);
      return work();
    },
  };
  const ended = (operation: string, outcome: string, seconds: number) => {
    expect(seconds).toBeGreaterThanOrEqual(0);
    seen.push(`${operation} ${outcome}`);
  };
  return { seen, spans, calls: measuredProvider(provider, { ended, tracing: tracing as Tracing }) };
}

test('a submission counts by what is known of it, other calls by ok or their failure', async () => {
  const { seen, calls } = watched();
  expect(await calls.submit('fal-ai/a', { prompt: 'Anna' }, undefined)).toMatchObject({ kind: 'unknown' });
  expect(await calls.status('fal-ai/a', 'req-1')).toEqual({ state: 'running' });
  await expect(calls.result('fal-ai/a', 'req-1')).rejects.toThrow(Failure);
  await calls.cancel('fal-ai/a', 'req-1');
  expect(await calls.findRequest('fal-ai/a', {}, new Date())).toBe('req-1');
  expect(await calls.upload({ bytes: Buffer.from('zip'), contentType: 'application/zip', fileName: 'a.zip' }, 60)).toBe(
    ADDRESS,
  );
  await expect(calls.download(ADDRESS, 10)).rejects.toThrow('stopped');
  expect(seen).toEqual([
    'submit unknown',
    'status ok',
    'result ProviderThrottled',
    'cancel ok',
    'findRequest ok',
    'upload ok',
    'download cancelled',
  ]);
});

test('a span tells the operation and the endpoint, and nothing of bodies, files and addresses', async () => {
  const { spans, calls } = watched();
  await calls.submit('fal-ai/a', { prompt: 'Anna' }, 'https://api.test/webhooks/fal/secret');
  await calls.download(ADDRESS, 10).catch(() => undefined);
  expect(spans).toEqual([
    ['provider.submit', { 'fal.endpoint': 'fal-ai/a' }],
    ['provider.download', {}],
  ]);
});
