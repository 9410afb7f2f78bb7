import { expect, test } from 'vitest';
import { isReachableFromInternet } from '../../../adapters/outbound/reachable-host.ts';

test.each([
  'https://abcdefgh.supabase.co',
  'https://storage.example.org:8443/base',
  'http://8.8.8.8',
  'http://172.15.0.1',
  'http://172.32.0.1',
  'http://100.128.0.1',
  'http://[2606:4700::1111]:54321',
  'https://localhost.example.org',
  'https://internal.example.org',
])('%s can be reached', (url) => {
  expect(isReachableFromInternet(url)).toBe(true);
});

test.each([
  'http://localhost:54321',
  'http://LOCALHOST.',
  'http://api.localhost',
  'http://127.0.0.1:54321',
  'http://127.1',
  'http://2130706433',
  'http://0.0.0.0',
  'http://10.1.2.3',
  'http://172.16.0.1',
  'http://172.31.255.255',
  'http://192.168.1.2',
  'http://169.254.169.254',
  'http://100.64.0.1',
  'http://[::1]:54321',
  'http://[::]',
  'http://[fd00::1]',
  'http://[fe80::1]',
  'http://[::ffff:10.0.0.1]',
  'http://kong:8000',
  'http://host.docker.internal',
  'http://nas.local',
  'http://box.home.arpa',
])('%s cannot be reached', (url) => {
  expect(isReachableFromInternet(url)).toBe(false);
});
