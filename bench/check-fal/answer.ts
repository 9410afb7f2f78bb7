// What one side answers to one question.

/** Compared with the other side's, name by name. */
export type Facts = Readonly<Record<string, string | number>>;

export type Answer =
  /** `notes` are told and not compared: what differs from run to run, or what only fal has. */
  | { kind: 'answered'; facts: Facts; notes: readonly string[] }
  /** `not_tried`: something has to be set. `left_out`: it no longer fitted the limit. `no_answer`: nobody can tell. */
  | { kind: 'not_tried' | 'left_out' | 'no_answer'; why: string };

export type Verdict = 'same' | 'differs' | 'not tried' | 'left out' | 'no answer';

const WORDS = { not_tried: 'not tried', left_out: 'left out', no_answer: 'no answer' } as const;

/** Whether fal and the sandbox agree. What could not be asked of fal is neither. */
export function verdictOf(fal: Answer, sandbox: Answer): Verdict {
  if (fal.kind !== 'answered') return WORDS[fal.kind];
  if (sandbox.kind !== 'answered') return WORDS[sandbox.kind];
  const names = new Set([...Object.keys(fal.facts), ...Object.keys(sandbox.facts)]);
  return [...names].every((name) => fal.facts[name] === sandbox.facts[name]) ? 'same' : 'differs';
}
