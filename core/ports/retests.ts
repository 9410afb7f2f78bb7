// Tests on request.

import type { FailedTestImage, TestImage } from '../../domain/identity-state.ts';
import type { ScoreSummary } from '../../domain/score.ts';
import type { RetestEnd, RetestState } from '../../domain/steps.ts';
import type { TestType } from '../../domain/test-suite.ts';
import type { Page, PageRequest } from './page.ts';

/** A test on request. */
export interface RetestRow {
  id: string;
  identityId: string;
  /** Counts the tests of the identity from 1. */
  number: number;
  types: TestType[];
  strength: number;
  state: RetestState;
  /** The summary, once its images are scored. */
  scores: ScoreSummary | undefined;
  failedImages: FailedTestImage[];
  /** Those that are there already. */
  images: TestImage[];
  /** The ledger keys of those whose payment is unclear. */
  unclearCalls: string[];
  /** Why it did not end well. */
  closeReason: string | undefined;
  createdAt: string;
  closedAt: string | undefined;
}

/** Tests on request, each bound to its tenant. */
export interface Retests {
  /**
   * The test of the id, written once. While another one of the identity runs, that one is answered. `Internal` when the
   * identity is not ready, NotFound when it is not this tenant's.
   */
  open(
    tenantId: string,
    identityId: string,
    id: string,
    types: readonly TestType[],
  ): Promise<{ retest: RetestRow; photoIds: string[]; heldOut: string | undefined }>;
  /** Whether there is a test of this id already. */
  isKnown(tenantId: string, id: string): Promise<boolean>;
  /** The newest `limit` of the identity, newest first. */
  list(tenantId: string, identityId: string, limit: number): Promise<RetestRow[]>;
  /** The nth of the identity, without its images. */
  find(tenantId: string, identityId: string, number: number): Promise<RetestRow | undefined>;
  /** Of all identities of the tenant, newest first, without their images. */
  page(tenantId: string, filter: { state?: RetestState | undefined }, page: PageRequest): Promise<Page<RetestRow>>;
  /** Sets whether an identity's nth test waits for an operator; a test that has ended keeps its end. */
  saveState(
    tenantId: string,
    identityId: string,
    number: number,
    state: Exclude<RetestState, RetestEnd['state']>,
  ): Promise<void>;
  /** Writes the end of an identity's nth test; a test that has ended keeps its end. */
  close(tenantId: string, identityId: string, number: number, end: RetestEnd): Promise<void>;
}
