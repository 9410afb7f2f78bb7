// Faults on demand: what can go wrong between a caller and fal, named, so that a test can ask for it.
// To add one: a line in FAULTS, and one `faults.strikes('<name>', endpoint)` at the place where it happens.
import { createHash } from 'node:crypto';
import { z } from 'zod';

export const FAULTS = {
  lost_submit_response: 'the submit is accepted, runs and is charged, but the connection dies before the answer',
  submit_503_before_acceptance: 'the gateway answers 503 and nothing was accepted',
  webhook_never: 'the webhook of a finished request is not sent',
  status_500: 'a status question is answered 500',
  training_fails: 'a training ends with 422 as its result',
  image_fails: 'a generation ends with 500 downstream_service_error as its result',
  slow_download: 'a file is served at 32 KiB a second',
} as const satisfies Record<string, string>;

export type FaultName = keyof typeof FAULTS;

export const faultRulesSchema = z.array(
  z.strictObject({
    fault: z.enum(Object.keys(FAULTS) as [FaultName, ...FaultName[]]),
    endpoint: z.string().optional().describe('only for this endpoint id; files have none'),
    times: z.number().int().min(1).optional().describe('how often at most; without it, always'),
    probability: z.number().min(0).max(1).default(1),
    seed: z.string().default('sandbox').describe('what the chance is drawn from'),
  }),
);

export type FaultRule = z.infer<typeof faultRulesSchema>[number];

export interface Faults {
  /** The rules now in force, and how often each has struck. */
  rules(): (FaultRule & { struck: number })[];
  replace(rules: FaultRule[]): void;
  /** Whether the fault happens this time; counts it when it does. */
  strikes(fault: FaultName, endpoint?: string): boolean;
}

/** An empty set of rules. The n-th draw of a rule is the same for the same seed. */
export function createFaults(): Faults {
  let active: { rule: FaultRule; drawn: number; struck: number }[] = [];
  return {
    rules: () => active.map(({ rule, struck }) => ({ ...rule, struck })),
    replace(rules) {
      active = rules.map((rule) => ({ rule, drawn: 0, struck: 0 }));
    },
    strikes(fault, endpoint) {
      for (const entry of active) {
        const { rule } = entry;
        if (rule.fault !== fault || (rule.endpoint !== undefined && rule.endpoint !== endpoint)) continue;
        if (rule.times !== undefined && entry.struck >= rule.times) continue;
        entry.drawn += 1;
        if (chance(`${rule.seed}/${fault}/${entry.drawn}`) >= rule.probability) continue;
        entry.struck += 1;
        return true;
      }
      return false;
    },
  };
}

function chance(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
