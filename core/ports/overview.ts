// All tenants together, for operators.

import type { MicroUsd } from '../../domain/money.ts';
import type { Stage } from '../../domain/stage.ts';
import type { RetestState } from '../../domain/steps.ts';

/** All tenants together, for operators: no tenant sees it. */
export interface Overview {
  /** How many identities are in each stage, by their rows. */
  stages: Partial<Record<Stage, number>>;
  /** How many tests on request are open, by state. */
  tests: Partial<Record<RetestState, number>>;
  /** Paid requests whose fate is unclear although their run or test has ended. */
  unclearCalls: number;
  /** Of this month. */
  reserved: MicroUsd;
  charged: MicroUsd;
}
