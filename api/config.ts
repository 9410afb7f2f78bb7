// The API's settings from the environment. All are read and checked once, before anything starts.

import { z } from 'zod';
import { DEFAULT_CAPS_USD } from '../domain/budget.ts';
import { DEFAULT_MEGAPIXEL, MEGAPIXELS, type Megapixel } from '../domain/image-units.ts';
import { type MicroUsd, microUsd } from '../domain/money.ts';
import { PHOTO_LIMITS } from '../domain/photo-limits.ts';
import { DEFAULT_SETTINGS, type RunSettings } from '../domain/settings.ts';

const DEFAULT_PORT = 8787;
/** Ten a second: enough for a page that polls twenty runs every two seconds. */
const REQUESTS_PER_MINUTE = 600;
const OPEN_RUNS = 50;
const OPEN_BATCHES = 20;
/** A new account at fal works on two requests at once; while some are checked, others are drawn. */
const STILLS_AT_ONCE = 4;

/** An empty variable counts as unset, as in shells and compose files. */
const unset = (value: unknown) => (value === '' ? undefined : value);
const text = z.preprocess(unset, z.string().optional());
const address = z.preprocess(unset, z.url({ protocol: /^https?$/, error: 'is not an http address' }).optional());
const port = z.preprocess(unset, z.coerce.number().int().min(0).max(65_535).default(DEFAULT_PORT));
const dollars = z.preprocess(unset, z.coerce.number().nonnegative().optional());
/** Exact origins, as browsers send them: `https://app.example.com`. A wildcard or a path would match none. */
const origins = z.preprocess(
  unset,
  z
    .string()
    .default('')
    .transform((list) => list.split(',').flatMap((origin) => origin.trim() || []))
    .pipe(
      z.array(
        z.string().refine(isOrigin, 'is not a list of origins such as https://app.example.com, separated by commas'),
      ),
    ),
);
/** A year: a longer time is a typing error. */
const LONGEST_MS = 365 * 24 * 3_600_000;
const milliseconds = z.preprocess(
  unset,
  z.coerce.number().int().min(1).max(LONGEST_MS, 'is longer than a year').optional(),
);

const Environment = z.object({
  LIKENESS_API_PORT: port,
  LIKENESS_API_HOST: z.preprocess(unset, z.string().default('127.0.0.1')),
  TEMPORAL_UI_URL: address,
  LIKENESS_METRICS_TOKEN: text,
  OTEL_EXPORTER_OTLP_ENDPOINT: address,
  SUPABASE_URL: address,
  SUPABASE_SERVICE_ROLE_KEY: text,
  FAL_KEY: text,
  FAL_API_KEY: text,
  LIKENESS_SANDBOX_URL: address,
  PUBLIC_URL: address,
  LIKENESS_STORAGE_PUBLIC: z.preprocess(unset, z.enum(['true', 'false']).optional()),
  LIKENESS_CORS_ORIGINS: origins,
  LIKENESS_RATE_LIMIT: z.preprocess(unset, z.coerce.number().int().min(1).default(REQUESTS_PER_MINUTE)),
  LIKENESS_MAX_OPEN_RUNS: z.preprocess(unset, z.coerce.number().int().min(1).default(OPEN_RUNS)),
  LIKENESS_MAX_OPEN_BATCHES: z.preprocess(unset, z.coerce.number().int().min(1).default(OPEN_BATCHES)),
  LIKENESS_STILLS_AT_ONCE: z.preprocess(unset, z.coerce.number().int().min(1).max(100).default(STILLS_AT_ONCE)),
  LIKENESS_MAX_PHOTOS: z.preprocess(
    unset,
    z.coerce.number().int().min(PHOTO_LIMITS.minPhotos).max(PHOTO_LIMITS.maxPhotosEver).optional(),
  ),
  LIKENESS_MAX_RESCUE_TRIES: z.preprocess(unset, z.coerce.number().int().min(0).max(9).optional()),
  LIKENESS_MONTHLY_CAP_USD: dollars,
  LIKENESS_IDENTITY_CAP_USD: dollars,
  LIKENESS_MEGAPIXEL: z.preprocess(
    unset,
    z.coerce
      .number()
      .pipe(z.literal(MEGAPIXELS, `is ${MEGAPIXELS.join(' or ')}`))
      .default(DEFAULT_MEGAPIXEL),
  ),
  LIKENESS_WEBHOOKS_ALLOW_PRIVATE: z.preprocess(unset, z.enum(['true', 'false']).default('false')),
  LIKENESS_TRAINING_FIRST_POLL_MS: milliseconds,
  LIKENESS_TRAINING_POLL_MS: milliseconds,
  LIKENESS_RECONCILE_PAUSE_MS: milliseconds,
  LIKENESS_REMIND_AFTER_MS: milliseconds,
  LIKENESS_ESCALATE_AFTER_MS: milliseconds,
  LIKENESS_APPROVAL_EXPIRES_AFTER_MS: milliseconds,
  LIKENESS_PHOTOS_EXPIRE_AFTER_MS: milliseconds,
});
type Environment = z.infer<typeof Environment>;

interface ApiConfig {
  host: string;
  /** 0 takes any free one. */
  port: number;
  supabase: { url: string; serviceRoleKey: string; reachableByProvider: boolean | undefined };
  /** The address of the sandbox; without it, fal itself is called. */
  fal: { credentials: string; sandboxUrl: string | undefined };
  /** The public address for fal's webhooks. */
  publicUrl: string | undefined;
  webUiUrl: string | undefined;
  /** The caps of a tenant in a month, unless it has its own, and of one identity. */
  caps: { month: MicroUsd; identity: MicroUsd };
  /** Pixels of a megapixel until a bill of the provider shows them. */
  megapixel: Megapixel;
  /** Origins whose pages may call the API from a browser. */
  corsOrigins: readonly string[];
  limits: { requestsPerMinute: number; openRuns: number; openBatches: number };
  /** Stills of one batch that are drawn at once. */
  stillsAtOnce: number;
  settings: RunSettings;
  /** For development: webhooks may go to private addresses, and by http to this machine. */
  webhooksAllowPrivate: boolean;
  /** The token that a scraper of /metrics must send; undefined: only this machine may read it. */
  metricsToken: string | undefined;
  /** The collector of traces; undefined: none are made. */
  traceCollector: string | undefined;
  /** Values that must not appear in log lines. */
  secrets: readonly (string | undefined)[];
}

/** The environment cannot be used; the message names each variable and what to do about it. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`The API cannot start:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Reads and checks the variables; throws one ConfigError with all errors. Temporal's own are not included. */
export function readConfig(env: NodeJS.ProcessEnv): ApiConfig {
  const parsed = Environment.safeParse(env);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}. Correct it.`));
  }
  const vars = parsed.data;
  const { SUPABASE_URL: url, SUPABASE_SERVICE_ROLE_KEY: serviceRoleKey, LIKENESS_SANDBOX_URL } = vars;
  const falKey = vars.FAL_KEY ?? vars.FAL_API_KEY;
  const settings = runSettings(vars);
  const problems = [
    ...neverSent(vars, settings),
    ...(url ? [] : ['SUPABASE_URL is not set. Set it to the address of your project.']),
    ...(serviceRoleKey ? [] : ['SUPABASE_SERVICE_ROLE_KEY is not set. Copy it from the API settings of your project.']),
    ...(falKey || LIKENESS_SANDBOX_URL
      ? []
      : [
          'Neither FAL_KEY nor LIKENESS_SANDBOX_URL is set. Set the first to work with fal.ai and pay, or the second to work with the sandbox.',
        ]),
  ];
  if (!url || !serviceRoleKey || problems.length > 0) {
    throw new ConfigError([
      ...problems,
      '`npm start` brings a database and a sandbox and sets all of these by itself.',
    ]);
  }
  return {
    host: vars.LIKENESS_API_HOST,
    port: vars.LIKENESS_API_PORT,
    supabase: { url, serviceRoleKey, reachableByProvider: flag(vars.LIKENESS_STORAGE_PUBLIC) },
    // With a real key the sandbox is never used, so that the two are not confused.
    fal:
      falKey === undefined
        ? { credentials: 'sandbox', sandboxUrl: LIKENESS_SANDBOX_URL }
        : { credentials: falKey, sandboxUrl: undefined },
    publicUrl: vars.PUBLIC_URL,
    webUiUrl: vars.TEMPORAL_UI_URL,
    caps: {
      month: microUsd(vars.LIKENESS_MONTHLY_CAP_USD ?? DEFAULT_CAPS_USD.month),
      identity: microUsd(vars.LIKENESS_IDENTITY_CAP_USD ?? DEFAULT_CAPS_USD.identity),
    },
    megapixel: vars.LIKENESS_MEGAPIXEL,
    corsOrigins: vars.LIKENESS_CORS_ORIGINS,
    limits: {
      requestsPerMinute: vars.LIKENESS_RATE_LIMIT,
      openRuns: vars.LIKENESS_MAX_OPEN_RUNS,
      openBatches: vars.LIKENESS_MAX_OPEN_BATCHES,
    },
    stillsAtOnce: vars.LIKENESS_STILLS_AT_ONCE,
    settings,
    webhooksAllowPrivate: vars.LIKENESS_WEBHOOKS_ALLOW_PRIVATE === 'true',
    metricsToken: vars.LIKENESS_METRICS_TOKEN,
    traceCollector: vars.OTEL_EXPORTER_OTLP_ENDPOINT,
    secrets: [serviceRoleKey, vars.FAL_KEY, vars.FAL_API_KEY, vars.LIKENESS_METRICS_TOKEN],
  };
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, origin } = new URL(text);
  return /^https?:$/.test(protocol) && origin === text && !text.includes('*');
}

const flag = (value: 'true' | 'false' | undefined) => (value === undefined ? undefined : value === 'true');

/**
 * Configured notices that would never be sent, because the round expires first. The defaults are not included: a
 * shorter expiry alone needs no notice.
 */
function neverSent(vars: Environment, { approvalExpiresAfterMs: expires }: RunSettings): string[] {
  return (['LIKENESS_REMIND_AFTER_MS', 'LIKENESS_ESCALATE_AFTER_MS'] as const).flatMap((name) => {
    const after = vars[name];
    if (after === undefined || after < expires) return [];
    return [
      `${name} (${after}) is not shorter than the time after which the round expires (${expires}), so this notice would never be sent. Shorten it, leave it out, or raise LIKENESS_APPROVAL_EXPIRES_AFTER_MS.`,
    ];
  });
}

/** The defaults, with the changes of the environment. All times in milliseconds. */
function runSettings(vars: Environment): RunSettings {
  const given = <K extends keyof RunSettings>(name: K, value: RunSettings[K] | undefined) =>
    value ?? DEFAULT_SETTINGS[name];
  return {
    ...DEFAULT_SETTINGS,
    maxPhotos: given('maxPhotos', vars.LIKENESS_MAX_PHOTOS),
    maxRescueTries: given('maxRescueTries', vars.LIKENESS_MAX_RESCUE_TRIES),
    trainingFirstPollMs: given('trainingFirstPollMs', vars.LIKENESS_TRAINING_FIRST_POLL_MS),
    trainingPollMs: given('trainingPollMs', vars.LIKENESS_TRAINING_POLL_MS),
    reconcilePauseMs: given('reconcilePauseMs', vars.LIKENESS_RECONCILE_PAUSE_MS),
    remindAfterMs: given('remindAfterMs', vars.LIKENESS_REMIND_AFTER_MS),
    escalateAfterMs: given('escalateAfterMs', vars.LIKENESS_ESCALATE_AFTER_MS),
    approvalExpiresAfterMs: given('approvalExpiresAfterMs', vars.LIKENESS_APPROVAL_EXPIRES_AFTER_MS),
    photosExpireAfterMs: given('photosExpireAfterMs', vars.LIKENESS_PHOTOS_EXPIRE_AFTER_MS),
  };
}
