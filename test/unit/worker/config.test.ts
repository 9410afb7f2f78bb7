// The version of a worker, from its environment.

import { describe, expect, test } from 'vitest';
import { readWorkerConfig } from '../../../worker/config.ts';

const LEAST = {
  SUPABASE_URL: 'http://127.0.0.1:54321',
  SUPABASE_SERVICE_ROLE_KEY: 'secret',
  LIKENESS_SANDBOX_URL: 'http://127.0.0.1:8788',
};
const versionOf = (env: NodeJS.ProcessEnv) => readWorkerConfig({ ...LEAST, ...env }).version;

describe('a worker', () => {
  test.each([{}, { LIKENESS_DEPLOYMENT_NAME: '', LIKENESS_BUILD_ID: '' }])('has no version by default: %j', (env) => {
    expect(versionOf(env)).toBeUndefined();
  });

  test('has the version that it is given', () => {
    const env = { LIKENESS_DEPLOYMENT_NAME: 'likeness', LIKENESS_BUILD_ID: '1.2.0-rc.1' };
    expect(versionOf(env)).toEqual({ deploymentName: 'likeness', buildId: '1.2.0-rc.1' });
  });

  test.each([
    ['a name alone', { LIKENESS_DEPLOYMENT_NAME: 'likeness' }, 'LIKENESS_BUILD_ID'],
    ['a build id alone', { LIKENESS_BUILD_ID: '1' }, 'LIKENESS_DEPLOYMENT_NAME'],
    ['a name with a dot', { LIKENESS_DEPLOYMENT_NAME: 'our.app', LIKENESS_BUILD_ID: '1' }, 'LIKENESS_DEPLOYMENT_NAME'],
    ['a build id with a colon', { LIKENESS_DEPLOYMENT_NAME: 'app', LIKENESS_BUILD_ID: '1:2' }, 'LIKENESS_BUILD_ID'],
  ])('is refused with %s', (_, env, named) => {
    expect(() => versionOf(env)).toThrow(named);
  });
});
