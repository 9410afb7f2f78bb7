// A tenant's spending and caps.

import type { BudgetUse } from '../../domain/budget.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { CallSubject, ProviderCallState } from '../../domain/provider-call.ts';
import type { Page, PageRequest } from './page.ts';

/** The caps of the settings: for a tenant in a month, unless it has its own, and for all requests of one identity. */
export interface Caps {
  month: MicroUsd;
  identity: MicroUsd;
}

export interface Spend {
  /** Reserved by calls that have not ended. */
  reserved: MicroUsd;
  charged: MicroUsd;
}

/** This month's use of a tenant's budget. */
export interface MonthBudget extends BudgetUse {
  /** `2026-11`, by UTC. */
  month: string;
  /** Whether the cap is the tenant's own; else it is the one in the settings. */
  ownCap: boolean;
  /** What all requests of one identity may cost together. */
  identityCap: MicroUsd;
}

/** A row of the ledger as its tenant may see it: never with its token, its body or its result. */
export interface LedgerEntry {
  id: string;
  key: string;
  subject: CallSubject;
  profile: string;
  endpoint: string;
  state: ProviderCallState;
  /** How often it was posted. */
  attempts: number;
  /** The month whose budget it draws on. */
  month: string;
  estimate: MicroUsd;
  charged: MicroUsd | undefined;
  requestId: string | undefined;
  /** Whether the provider's content checker was on; undefined where it has none, and before the request was posted. */
  safetyChecker: boolean | undefined;
  reason: string | undefined;
  createdAt: string;
}

/** A tenant's spending and caps. */
export interface Books {
  readonly caps: Caps;
  budget(tenantId: string): Promise<MonthBudget>;
  /** Holds from now on, also in later months; null goes back to the settings. */
  setMonthlyCap(tenantId: string, cap: MicroUsd | null): Promise<void>;
  /** Newest first. */
  entries(
    tenantId: string,
    filter: { subject?: CallSubject | undefined; state?: ProviderCallState | undefined },
    page: PageRequest,
  ): Promise<Page<LedgerEntry>>;
  /** The cost of a subject, and the reserved amount; nothing for a subject of another tenant. */
  spend(tenantId: string, subject: CallSubject): Promise<Spend>;
}
