// Faults on demand: which rules are in force, whether one strikes now, and how often each has. Rules and counts are in
// the journal, so that a sandbox that was killed goes on with both.
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { FAULT_NAMES, type FaultName } from './fault-registry.ts';
import type { FaultRule } from './fault-rule.ts';
import type { Job } from './job.ts';
import type { Journal, JournalEntry } from './journal.ts';

interface ActiveRule {
  rule: FaultRule;
  drawn: number;
  struck: number;
}

/** What a rule can be narrowed to. */
type Occasion = Partial<Pick<Job, 'endpoint' | 'correlation'>> & {
  /** Trigger words of those whom the fault could be about. */
  people?: string[];
};
type JobOfFault = Occasion & Pick<Job, 'id'>;

/**
 * The rules in force. The n-th draw of a rule is the same for the same seed. Only what struck is written down, so
 * after a kill a rule repeats the draws since its last strike.
 */
export class Faults {
  readonly #journal: () => Journal;
  #active: ActiveRule[] = [];
  #givenAtStart: FaultRule[] | undefined;
  readonly #counts = new Map<FaultName, number>();
  /** By request: the faults that struck it, each with the trigger word of whom its rule names. */
  readonly #struckJobs = new Map<string, Map<FaultName, string | undefined>>();

  constructor(journal: () => Journal) {
    this.#journal = journal;
  }

  /** Takes over what the journal holds. */
  apply(entry: JournalEntry): void {
    if (entry.type === 'faults_set') {
      this.#active = entry.rules.map((rule) => ({ rule, drawn: 0, struck: 0 }));
      if (entry.atStart) this.#givenAtStart = entry.rules;
    } else if (entry.type === 'fault_struck') {
      this.#counts.set(entry.fault, (this.#counts.get(entry.fault) ?? 0) + 1);
      const active = this.#active[entry.rule];
      if (active) {
        active.struck += 1;
        active.drawn = entry.drawn;
      }
      if (entry.job !== undefined) {
        const struck = this.#struckJobs.get(entry.job) ?? new Map<FaultName, string | undefined>();
        this.#struckJobs.set(entry.job, struck.set(entry.fault, entry.person));
      }
    }
  }

  /** The rules in force, each with how often it has struck. */
  rules(): (FaultRule & { struck: number })[] {
    return this.#active.map(({ rule, struck }) => ({ ...rule, struck }));
  }

  /** How often each fault has happened since the data folder was made, under whatever rules. */
  counts(): Record<FaultName, number> {
    return Object.fromEntries(FAULT_NAMES.map((name) => [name, this.#counts.get(name) ?? 0])) as Record<
      FaultName,
      number
    >;
  }

  /** In force at once; resolves when it is on the disk. */
  async replace(rules: FaultRule[]): Promise<void> {
    await this.#record({ type: 'faults_set', rules });
  }

  /** The rules given with the start. A restart with the same ones goes on with what is in force, counts and all. */
  async start(rules: FaultRule[]): Promise<void> {
    if (isDeepStrictEqual(rules, this.#givenAtStart)) return;
    await this.#record({ type: 'faults_set', rules, atStart: true });
  }

  /** Whether the fault happens on this occasion. What struck is counted, and on the disk when this resolves. */
  async strikes(fault: FaultName, occasion: Occasion = {}): Promise<boolean> {
    return this.#draw(fault, occasion, undefined);
  }

  /** Whether the fault happens to this request: asked again after it struck, it is the same strike. */
  async strikesJob(fault: FaultName, job: JobOfFault): Promise<boolean> {
    return this.#hasStruck(fault, job) || this.#draw(fault, job, job.id);
  }

  /** Whether the fault has struck this request and a rule for it still stands. */
  holds(fault: FaultName, job: JobOfFault): boolean {
    return this.#hasStruck(fault, job) && this.#standing(fault, job).length > 0;
  }

  /** When the first rule ends by itself, in milliseconds since 1970; infinity when none does. */
  nextEnd(now: number): number {
    return Math.min(
      Number.POSITIVE_INFINITY,
      ...this.#active.map(({ rule }) => endOf(rule)).filter((end) => end > now),
    );
  }

  /** The faults that have struck this request. */
  ofJob(id: string): FaultName[] {
    return [...(this.#struckJobs.get(id)?.keys() ?? [])];
  }

  /** The trigger word of whom the rule names by which the fault has struck this request. */
  isAbout(fault: FaultName, id: string): string | undefined {
    return this.#struckJobs.get(id)?.get(fault);
  }

  #hasStruck(fault: FaultName, job: JobOfFault): boolean {
    return this.#struckJobs.get(job.id)?.has(fault) ?? false;
  }

  #standing(fault: FaultName, occasion: Occasion): ActiveRule[] {
    return this.#active.filter(
      ({ rule }) =>
        rule.fault === fault &&
        (rule.endpoint === undefined || rule.endpoint === occasion.endpoint) &&
        (rule.person === undefined || occasion.people?.includes(rule.person)) &&
        (rule.correlation === undefined || rule.correlation === occasion.correlation) &&
        Date.now() < endOf(rule),
    );
  }

  async #draw(fault: FaultName, occasion: Occasion, job: string | undefined): Promise<boolean> {
    for (const active of this.#standing(fault, occasion)) {
      const { rule } = active;
      if (rule.times !== undefined && active.struck >= rule.times) continue;
      active.drawn += 1;
      if (chance(`${rule.seed}/${fault}/${active.drawn}`) >= rule.probability) continue;
      const where = { rule: this.#active.indexOf(active), drawn: active.drawn };
      const whom = { ...(job !== undefined && { job }), ...(rule.person !== undefined && { person: rule.person }) };
      await this.#record({ type: 'fault_struck', fault, ...where, ...whom });
      return true;
    }
    return false;
  }

  async #record(entry: JournalEntry): Promise<void> {
    this.apply(entry);
    await this.#journal().append(entry);
  }
}

function endOf(rule: FaultRule): number {
  return rule.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(rule.until);
}

/** Between 0 and 1, the same for the same text. */
function chance(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
