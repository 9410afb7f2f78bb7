import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../../api/config.ts';
import { DEFAULT_SETTINGS } from '../../../domain/settings.ts';
import { readWorkerConfig } from '../../../worker/config.ts';

const LEAST = {
  SUPABASE_URL: 'http://127.0.0.1:54321',
  SUPABASE_SERVICE_ROLE_KEY: 'secret',
  LIKENESS_SANDBOX_URL: 'http://127.0.0.1:8788',
};

describe('the configuration', () => {
  test('has defaults for all but the database and the provider', () => {
    expect(readConfig(LEAST)).toEqual({
      host: '127.0.0.1',
      port: 8787,
      supabase: { url: LEAST.SUPABASE_URL, serviceRoleKey: 'secret', reachableByProvider: undefined },
      fal: { credentials: 'sandbox', sandboxUrl: LEAST.LIKENESS_SANDBOX_URL },
      publicUrl: undefined,
      webUiUrl: undefined,
      caps: { month: 200_000_000, identity: 20_000_000 },
      corsOrigins: [],
      megapixel: 1_000_000,
      limits: { requestsPerMinute: 600, openRuns: 50, openBatches: 20 },
      stillsAtOnce: 4,
      secrets: expect.arrayContaining(['secret']),
      settings: DEFAULT_SETTINGS,
      webhooksAllowPrivate: false,
    });
  });

  test('names everything that is missing at once, and the next step', () => {
    expect(() => readConfig({ SUPABASE_URL: '' })).toThrow(ConfigError);
    for (const word of ['SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY', 'FAL_KEY', 'LIKENESS_SANDBOX_URL', 'npm start']) {
      expect(() => readConfig({ SUPABASE_URL: '' })).toThrow(word);
    }
  });

  test.each([
    ['LIKENESS_API_PORT', '99999'],
    ['SUPABASE_URL', 'localhost'],
    ['LIKENESS_TRAINING_POLL_MS', 'soon'],
    ['LIKENESS_TRAINING_POLL_MS', '0'],
    ['LIKENESS_MAX_RESCUE_TRIES', '-1'],
    ['LIKENESS_MONTHLY_CAP_USD', '-1'],
    ['LIKENESS_IDENTITY_CAP_USD', 'much'],
    ['LIKENESS_RATE_LIMIT', '0'],
    ['LIKENESS_MAX_OPEN_RUNS', 'many'],
    ['LIKENESS_CORS_ORIGINS', '*'],
    ['LIKENESS_CORS_ORIGINS', 'https://app.example.com/'],
    ['LIKENESS_CORS_ORIGINS', 'https://*.example.com'],
    ['LIKENESS_CORS_ORIGINS', 'app.example.com'],
  ])('names %s when it is %s', (name, value) => {
    expect(() => readConfig({ ...LEAST, [name]: value })).toThrow(name);
  });

  test.each(['FAL_KEY', 'FAL_API_KEY'])('with %s fal is real, whatever else is set', (name) => {
    expect(readConfig({ ...LEAST, [name]: 'key' }).fal).toEqual({ credentials: 'key', sandboxUrl: undefined });
  });

  test('takes an empty FAL_KEY for none: the sandbox, and no money', () => {
    expect(readConfig({ ...LEAST, FAL_KEY: '', FAL_API_KEY: '' }).fal.sandboxUrl).toBe(LEAST.LIKENESS_SANDBOX_URL);
  });

  test('takes origins separated by commas', () => {
    const LIKENESS_CORS_ORIGINS = 'https://app.example.com, http://localhost:5173,';
    const { corsOrigins } = readConfig({ ...LEAST, LIKENESS_CORS_ORIGINS });
    expect(corsOrigins).toEqual(['https://app.example.com', 'http://localhost:5173']);
  });

  test('takes caps in dollars, to the micro-dollar', () => {
    const caps = { LIKENESS_MONTHLY_CAP_USD: '1.005', LIKENESS_IDENTITY_CAP_USD: '0' };
    expect(readConfig({ ...LEAST, ...caps }).caps).toEqual({ month: 1_005_000, identity: 0 });
  });

  test.each([
    ['', 1_000_000],
    ['1000000', 1_000_000],
    ['1048576', 1_048_576],
  ])('takes a megapixel of "%s" as the worker does: %i pixels', (LIKENESS_MEGAPIXEL, pixels) => {
    const env = { ...LEAST, LIKENESS_MEGAPIXEL };
    expect([readConfig(env).megapixel, readWorkerConfig(env).megapixel]).toEqual([pixels, pixels]);
    const wrong = { ...LEAST, LIKENESS_MEGAPIXEL: '1024' };
    for (const read of [readConfig, readWorkerConfig]) expect(() => read(wrong)).toThrow('LIKENESS_MEGAPIXEL');
  });

  test('takes how many strengths may be tried, none among it', () => {
    expect(readConfig(LEAST).settings.maxRescueTries).toBe(2);
    expect(readConfig({ ...LEAST, LIKENESS_MAX_RESCUE_TRIES: '0' }).settings.maxRescueTries).toBe(0);
  });

  test.each(['LIKENESS_REMIND_AFTER_MS', 'LIKENESS_ESCALATE_AFTER_MS'])(
    'names %s when nobody would ever hear of it, because the round expires first',
    (name) => {
      const expiry = { LIKENESS_APPROVAL_EXPIRES_AFTER_MS: '3600000' };
      expect(() => readConfig({ ...LEAST, ...expiry, [name]: '3600000' })).toThrow(ConfigError);
      expect(() => readConfig({ ...LEAST, ...expiry, [name]: '3600000' })).toThrow(name);
      expect(readConfig({ ...LEAST, ...expiry, [name]: '3599999' }).settings.approvalExpiresAfterMs).toBe(3_600_000);
    },
  );

  test('takes a short expiry alone: nobody asked for a notice before it', () => {
    const { settings } = readConfig({ ...LEAST, LIKENESS_APPROVAL_EXPIRES_AFTER_MS: '3600000' });
    expect(settings.approvalExpiresAfterMs).toBe(3_600_000);
  });

  test.each(['31536000001', '1e18'])('a time of more than a year is a slip: %s', (value) => {
    expect(() => readConfig({ ...LEAST, LIKENESS_PHOTOS_EXPIRE_AFTER_MS: value })).toThrow(/longer than a year/);
  });

  test('shortens the times of a run', () => {
    const { settings } = readConfig({
      ...LEAST,
      LIKENESS_TRAINING_FIRST_POLL_MS: '1',
      LIKENESS_TRAINING_POLL_MS: '2',
      LIKENESS_REMIND_AFTER_MS: '3',
      LIKENESS_ESCALATE_AFTER_MS: '4',
      LIKENESS_APPROVAL_EXPIRES_AFTER_MS: '5',
      LIKENESS_PHOTOS_EXPIRE_AFTER_MS: '6',
    });
    expect(settings).toEqual({
      ...DEFAULT_SETTINGS,
      trainingFirstPollMs: 1,
      trainingPollMs: 2,
      remindAfterMs: 3,
      escalateAfterMs: 4,
      approvalExpiresAfterMs: 5,
      photosExpireAfterMs: 6,
    });
  });
});
