// The worker's settings from its environment, checked at start: the error names each missing setting and its next step.

import { availableParallelism } from 'node:os';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import { z } from 'zod';
import { DEFAULT_CAPS_USD } from '../domain/budget.ts';
import { DEFAULT_MEGAPIXEL, MEGAPIXELS, type Megapixel } from '../domain/image-units.ts';
import { type MicroUsd, microUsd } from '../domain/money.ts';

export const ROLES = ['workflow', 'provider', 'vision'] as const;
export type Role = (typeof ROLES)[number];

/** Milliseconds between two sweeps (worker/sweep-schedule.ts). */
const SWEEP_EVERY_MS = 30_000;

/** Temporal joins the two names by a colon, and by a dot in older lists: neither may make the result ambiguous. */
const DEPLOYMENT_NAME = /^[\w-]{1,100}$/;
const BUILD_ID = /^[\w.-]{1,100}$/;

const schema = z.object({
  SUPABASE_URL: z.url(),
  SUPABASE_SERVICE_ROLE_KEY: z.string().min(1),
  FAL_KEY: z.string().min(1).optional(),
  FAL_API_KEY: z.string().min(1).optional(),
  LIKENESS_SANDBOX_URL: z.url().optional(),
  PUBLIC_URL: z.url().optional(),
  LIKENESS_ROLES: z
    .string()
    .default(ROLES.join(','))
    .transform((list) => list.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(ROLES)).min(1)),
  LIKENESS_MONTHLY_CAP_USD: z.coerce.number().nonnegative().default(DEFAULT_CAPS_USD.month),
  LIKENESS_IDENTITY_CAP_USD: z.coerce.number().nonnegative().default(DEFAULT_CAPS_USD.identity),
  LIKENESS_MEGAPIXEL: z.coerce.number().pipe(z.literal(MEGAPIXELS)).default(DEFAULT_MEGAPIXEL),
  LIKENESS_VISION_THREADS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(Math.max(1, availableParallelism() - 1)),
  LIKENESS_PROVIDER_SLOTS: z.coerce.number().int().min(1).max(1000).default(20),
  LIKENESS_PROVIDER_RATE: z.coerce.number().positive().max(1000).default(10),
  LIKENESS_WORKER_PORT: z.coerce.number().int().min(0).max(65_535).default(8789),
  LIKENESS_SWEEP_EVERY_MS: z.coerce
    .number()
    .int()
    .refine((ms) => ms === 0 || ms >= 1000, 'must be 1000 or more, or 0 for no sweeps')
    .default(SWEEP_EVERY_MS),
  LIKENESS_WORKFLOW_BUNDLE: z.string().min(1).optional(),
  LIKENESS_DEPLOYMENT_NAME: z.string().regex(DEPLOYMENT_NAME, 'may have only letters, digits, "-" and "_"').optional(),
  LIKENESS_BUILD_ID: z.string().regex(BUILD_ID, 'may have only letters, digits, ".", "-" and "_"').optional(),
  LIKENESS_WEBHOOKS_ALLOW_PRIVATE: z.enum(['true', 'false']).default('false'),
  LIKENESS_METRICS_TOKEN: z.string().min(1).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  LIKENESS_STORAGE_PUBLIC: z.enum(['true', 'false']).optional(),
});

export interface WorkerConfig {
  supabase: { url: string; serviceRoleKey: string; reachableByProvider: boolean | undefined };
  fal: { credentials: string; sandboxUrl: string | undefined };
  publicUrl: string | undefined;
  roles: readonly Role[];
  /** The caps of a tenant in a month, unless it has its own, and of one identity. */
  caps: { month: MicroUsd; identity: MicroUsd };
  /** Pixels of a megapixel until a bill of the provider shows them. */
  megapixel: Megapixel;
  visionThreads: number;
  providerSlots: number;
  /** Activities per second that all workers of the provider queue start together. */
  providerRate: number;
  port: number;
  /** Milliseconds between two sweeps for orphans; 0: none are started. */
  sweepEveryMs: number;
  workflowBundle: string | undefined;
  /** For Worker Versioning; undefined: this worker has no version, and takes all tasks. */
  version: WorkerDeploymentVersion | undefined;
  /** For development: webhooks may go to private addresses, and by http to this machine. */
  webhooksAllowPrivate: boolean;
  /** The token that a scraper of /metrics must send; undefined: only this machine may read it. */
  metricsToken: string | undefined;
  /** The collector of traces; undefined: none are made. */
  traceCollector: string | undefined;
  /** Values that must not appear in log lines. */
  secrets: readonly (string | undefined)[];
}

/** Throws an Error that names every missing or wrong variable. */
export function readWorkerConfig(env: NodeJS.ProcessEnv): WorkerConfig {
  // An empty line in an .env file means "not set".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The worker's settings are not complete. See .env.example.\n${lines.join('\n')}`);
  }
  const e = parsed.data;
  const key = e.FAL_KEY ?? e.FAL_API_KEY;
  if (!key && !e.LIKENESS_SANDBOX_URL) {
    throw new Error(
      'Set FAL_KEY to work with fal.ai, or LIKENESS_SANDBOX_URL to work with the sandbox (npm run sandbox).',
    );
  }
  return {
    supabase: {
      url: e.SUPABASE_URL,
      serviceRoleKey: e.SUPABASE_SERVICE_ROLE_KEY,
      reachableByProvider: e.LIKENESS_STORAGE_PUBLIC === undefined ? undefined : e.LIKENESS_STORAGE_PUBLIC === 'true',
    },
    // With a real key the sandbox is never used, so that the two are not confused.
    fal: key
      ? { credentials: key, sandboxUrl: undefined }
      : { credentials: 'sandbox', sandboxUrl: e.LIKENESS_SANDBOX_URL },
    publicUrl: e.PUBLIC_URL,
    roles: e.LIKENESS_ROLES,
    caps: { month: microUsd(e.LIKENESS_MONTHLY_CAP_USD), identity: microUsd(e.LIKENESS_IDENTITY_CAP_USD) },
    megapixel: e.LIKENESS_MEGAPIXEL,
    visionThreads: e.LIKENESS_VISION_THREADS,
    providerSlots: e.LIKENESS_PROVIDER_SLOTS,
    providerRate: e.LIKENESS_PROVIDER_RATE,
    port: e.LIKENESS_WORKER_PORT,
    sweepEveryMs: e.LIKENESS_SWEEP_EVERY_MS,
    workflowBundle: e.LIKENESS_WORKFLOW_BUNDLE,
    version: versionOf(e.LIKENESS_DEPLOYMENT_NAME, e.LIKENESS_BUILD_ID),
    webhooksAllowPrivate: e.LIKENESS_WEBHOOKS_ALLOW_PRIVATE === 'true',
    metricsToken: e.LIKENESS_METRICS_TOKEN,
    traceCollector: e.OTEL_EXPORTER_OTLP_ENDPOINT,
    secrets: [e.SUPABASE_SERVICE_ROLE_KEY, key, e.LIKENESS_METRICS_TOKEN],
  };
}

function versionOf(deploymentName?: string, buildId?: string): WorkerDeploymentVersion | undefined {
  if (deploymentName === undefined && buildId === undefined) return undefined;
  if (deploymentName !== undefined && buildId !== undefined) return { deploymentName, buildId };
  throw new Error(
    'Set both LIKENESS_DEPLOYMENT_NAME and LIKENESS_BUILD_ID to give workers a version, or neither (docs/production.md).',
  );
}
