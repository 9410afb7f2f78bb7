// Our key and our downloads go to fal's hosts, or to the sandbox, and nowhere else.

import { describe, expect, it } from 'vitest';
import { falHosts } from '../../../adapters/fal/hosts.ts';

describe('fal’s own hosts', () => {
  const hosts = falHosts();

  it.each([
    ['https://v3.fal.media/files/zebra/x.safetensors', true],
    ['https://v3b.fal.media/files/b/0a/x.jpg', true],
    ['https://fal.media/files/x', true],
    ['https://storage.googleapis.com/fal-flux-lora/x.safetensors', true],
    ['https://storage.googleapis.com/someone/fal-flux-lora/x', false],
    ['http://v3.fal.media/files/x', false],
    ['https://v3.fal.media:8443/files/x', false],
    ['https://evilfal.media/x', false],
    ['https://fal.media.evil.test/x', false],
    ['https://v3.fal.media@evil.test/x', false],
    ['https://127.0.0.1/x', false],
    ['file:///etc/passwd', false],
  ])('%s is a file of fal: %s', (url, owned) => {
    expect(hosts.ownsFile(new URL(url))).toBe(owned);
  });

  it('are called as fal’s client names them', () => {
    expect(hosts.rewrite('https://queue.fal.run/fal-ai/x')).toBe('https://queue.fal.run/fal-ai/x');
    expect(hosts).toMatchObject({
      queue: 'https://queue.fal.run',
      api: 'https://api.fal.ai/v1',
      jwksUrl: 'https://rest.fal.ai/.well-known/jwks.json',
    });
  });
});

describe('the sandbox', () => {
  const hosts = falHosts('http://127.0.0.1:8788/');

  it('stands for each of them under a path', () => {
    expect(hosts).toMatchObject({
      queue: 'http://127.0.0.1:8788/queue',
      api: 'http://127.0.0.1:8788/api/v1',
      jwksUrl: 'http://127.0.0.1:8788/rest/.well-known/jwks.json',
    });
    expect(hosts.rewrite('https://queue.fal.run/fal-ai/x/requests/1')).toBe(
      'http://127.0.0.1:8788/queue/fal-ai/x/requests/1',
    );
    expect(hosts.rewrite('https://rest.fal.ai/storage/upload/initiate?a=b')).toBe(
      'http://127.0.0.1:8788/rest/storage/upload/initiate?a=b',
    );
  });

  it('owns the files of its own origin only', () => {
    expect(hosts.ownsFile(new URL('http://127.0.0.1:8788/files/1/x'))).toBe(true);
    expect(hosts.ownsFile(new URL('http://127.0.0.1:8789/files/1/x'))).toBe(false);
    expect(hosts.ownsFile(new URL('https://v3.fal.media/files/x'))).toBe(false);
  });
});
