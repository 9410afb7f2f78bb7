// A rule says which fault is to happen, where and how often: in JSON by PUT /admin/faults, as text by `--fault`.
import { z } from 'zod';
import { FAULT_NAMES } from './fault-registry.ts';

export const faultRuleSchema = z.strictObject({
  fault: z.enum(FAULT_NAMES),
  endpoint: z.string().min(1).optional().describe('only for requests of this endpoint id, and the files they made'),
  correlation: z.string().min(1).optional().describe('only for requests that the books give this correlation'),
  person: z.string().min(1).optional().describe('the trigger word of whom it is about, for faults of people'),
  times: z.int().min(1).optional().describe('how often at most; without it, always'),
  until: z.iso.datetime({ offset: true }).optional().describe('when it ends; without it, when the rule is taken away'),
  probability: z.number().min(0).max(1).default(1).describe('of each occasion'),
  seed: z
    .union([z.string(), z.number().transform(String)])
    .default('sandbox')
    .describe('what the chance is drawn from'),
});

export const faultRulesSchema = z.array(faultRuleSchema);

export type FaultRule = z.output<typeof faultRuleSchema>;
/** A rule as it is written: what has a default may be left out. */
export type FaultRuleInput = z.input<typeof faultRuleSchema>;

/** How a rule is written on the command line. */
export const FAULT_OPTION_FORM =
  'NAME[,probability=0.1][,seed=1][,times=3][,endpoint=ID][,correlation=C][,person=TRIGGER][,until=ISO-TIME]';

/** Reads `--fault`. Throws an Error that says what to write instead. */
export function readFaultOption(text: string): FaultRule {
  const [fault, ...parts] = text.split(',');
  const rule: Record<string, unknown> = { fault };
  for (const part of parts) {
    const at = part.indexOf('=');
    if (at < 1) throw new Error(`--fault ${text}: "${part}" has no value; write ${FAULT_OPTION_FORM}`);
    const [name, value] = [part.slice(0, at), part.slice(at + 1)];
    rule[name] = (name === 'probability' || name === 'times') && value !== '' ? Number(value) : value;
  }
  const parsed = faultRuleSchema.safeParse(rule);
  if (parsed.success) return parsed.data;
  if (!FAULT_NAMES.some((name) => name === fault)) {
    throw new Error(`--fault ${text}: there is no fault "${fault}"; --help lists them`);
  }
  throw new Error(`--fault ${text}: ${z.prettifyError(parsed.error)}\nWrite ${FAULT_OPTION_FORM}`);
}
