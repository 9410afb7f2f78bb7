// The steps of a batch and of a still, as their workflows call them. The history has ids, numbers and verdicts: no
// prompt, no address, no name.

import type { ImageSize } from '../image-units.ts';
import type { FrameCheck, Pass, Place, RouteId, StillEndState } from './still.ts';

export interface BatchRef {
  tenantId: string;
  batchId: string;
}

/** The input of the workflow of a batch. */
export interface DrawBatchInput extends BatchRef {
  /** How many stills it has. */
  stills: number;
  /** How many are drawn at once. */
  atOnce: number;
  /** Milliseconds between the first two looks for a payment that is unclear; each further pause is twice as long. */
  reconcilePauseMs?: number;
  /** What earlier runs of the same workflow have done, where it continues as new. */
  continued?: { after: number; counts: StillCounts };
}

/** How many stills of a batch have ended, by their end. */
export type StillCounts = Partial<Record<StillEndState, number>>;

/** `number`: counts the stills of the batch from 1. */
export interface StillRef extends BatchRef {
  stillId: string;
  number: number;
}

/** What the workflow of a still has to know of a member of the cast. */
export interface PlannedMember {
  place?: Place | undefined;
  /** Whether a face can tell who it is: people alone. */
  hasFace: boolean;
}

/** What the workflow of a still has to know; all else is in the row. */
export interface StillPlan extends StillRef {
  cast: PlannedMember[];
  route: RouteId;
  seed: number;
  size: ImageSize;
  /** How many repairs may be paid for: each is a repaint or a new drawing of the scene. */
  maxRepairs: number;
  /** Temporal's priority key, 1 to 5; 1 is served first. An interactive still before batches, batches before rescues. */
  priority: number;
  /** As in the input of the batch. */
  reconcilePauseMs?: number;
  /** A person asked for one more pass of a still that has ended: what there is of it. */
  again?: {
    kind: 'repair' | 'redraw';
    /** The number of the picture that is kept so far, and its check. */
    best?: { picture: number; check: FrameCheck };
    /** The first free number of a picture. */
    number: number;
    /** How many repairs were made before. */
    repairs: number;
  };
}

/** A picture that was made. The numbers of the pictures of a still count from 1, one for each payment. */
export interface MadePicture {
  number: number;
  pictureId: string;
  flagged?: true;
}

export interface StillProviderSteps {
  /**
   * Pays for one pass and keeps its pictures, once per number, however often it is called. `picture` is the first number
   * that is free: a pass that repaints n faces makes n pictures, each paid for by itself and made on the one before. Answers
   * the last; one that the provider flagged ends the pass, because it may be black. Failures: BudgetExceeded (nothing was
   * paid for what is missing of this pass), VersionRefused (a version of the cast may not be used any more).
   * `workflowId`: the workflow that waits; an operator's settlement goes there.
   */
  makeStill(input: StillRef & { picture: number; pass: Pass; workflowId: string }): Promise<MadePicture>;
}

export interface StillVisionSteps {
  /** Finds and assigns the faces of a picture, and keeps the result in its row. */
  checkStill(input: StillRef & { picture: number }): Promise<FrameCheck>;
}

/** How a still ended. */
export interface StillEnd {
  state: StillEndState;
  /** The number of the picture that is kept. */
  best?: number;
  repairs: number;
  reason?: string;
}

export interface StillRecordSteps {
  /** The next stills of a batch, in their order; those that have ended are left out. */
  nextStills(input: BatchRef & { after: number; limit: number }): Promise<{ stills: StillPlan[]; last: boolean }>;
  saveStillState(input: StillRef & { state: 'drawing' | 'checking' | 'repairing' }): Promise<void>;
  /**
   * NotReadyYet until the pass fits into the budgets again; the batch is `waiting_for_budget` meanwhile. BudgetExceeded
   * when no budget can make it fit: the still would cost more than was stated.
   */
  waitForBudget(input: StillRef & { picture: number; pass: Pass }): Promise<void>;
  /** Writes the end of a still, with the number of the picture that is kept; tells the tenant of a flagged one. */
  closeStill(input: StillRef & StillEnd): Promise<void>;
  /** Writes the end of a batch; stills that have not ended end as cancelled or failed. Tells the tenant. */
  closeBatch(input: BatchRef & { state: 'done' | 'cancelled' | 'failed'; reason?: string }): Promise<void>;
}
