// Batches and their stills, with the pictures that were made for each.

import type { ImageSize } from '../../domain/image-units.ts';
import type { ObjectRef } from '../../domain/keys.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { StillPlan } from '../../domain/stills/steps.ts';
import type {
  BatchState,
  FrameCheck,
  Manifest,
  StillEndState,
  StillPrice,
  StillState,
} from '../../domain/stills/still.ts';
import type { VersionState } from '../../domain/version.ts';
import type { Page, PageRequest } from './page.ts';

/** What the app says about a batch; kept and answered, and never read. */
export interface StillContext {
  projectId?: string | undefined;
  userId?: string | undefined;
  sceneId?: string | undefined;
  frameId?: string | undefined;
}

/** What the route of a frame could not use of the request, and why. */
export interface Ignored {
  frame: number;
  field: string;
  reason: string;
}

export interface NewStill {
  id: string;
  /** Counts the stills of the batch from 1. */
  number: number;
  /** The index of its frame in the request, from 0, and the app's own name of it. */
  frame: number;
  frameId: string | undefined;
  /** Counts the variants of a frame from 1. */
  variant: number;
  manifest: Manifest;
  seed: number;
  price: StillPrice;
}

export interface NewBatch {
  id: string;
  tenantId: string;
  requestHash: string;
  context: StillContext;
  ignored: Ignored[];
  maxRepairs: number;
  /** The cap of the request; the highest price when it named none. */
  budget: MicroUsd;
  price: StillPrice;
  stills: NewStill[];
}

export interface BatchRow extends Omit<NewBatch, 'stills'> {
  state: BatchState;
  /** How many stills it has, by their state. */
  counts: Record<StillState, number>;
  /** Charged by the provider so far, and reserved by open requests. */
  cost: { charged: MicroUsd; reserved: MicroUsd };
  closeReason: string | undefined;
  createdAt: string;
  closedAt: string | undefined;
  /** Rises with every change of the batch or of one of its stills. */
  revision: number;
}

export interface StillPicture {
  id: string;
  /** Counts the pictures of the still from 1. */
  number: number;
  kind: 'draw' | 'repaint';
  /** The number of the picture that a repaint was made on. */
  base: number | undefined;
  seed: number;
  size: ImageSize;
  object: ObjectRef;
  sha256: string;
  /** The provider's checker flagged it. */
  flagged: boolean;
  check: FrameCheck | undefined;
  createdAt: string;
}

export interface StillRow extends NewStill {
  tenantId: string;
  batchId: string;
  state: StillState;
  /** The highest price of all that was asked for, with later repairs and redraws by people. */
  cap: MicroUsd;
  cost: { charged: MicroUsd; reserved: MicroUsd };
  repairs: number;
  /** The number of the picture that is kept. */
  best: number | undefined;
  pictures: StillPicture[];
  /** A person accepted it in spite of its findings. */
  accepted: { by: string; reason: string; at: string } | undefined;
  closeReason: string | undefined;
  createdAt: string;
  closedAt: string | undefined;
  /** The revision of the batch when this still changed last. */
  revision: number;
  /** How many further passes people asked for; their requests in their order, and the kind of the newest. */
  again: number;
  againIds: string[];
  againKind: 'repair' | 'redraw' | undefined;
  /** ISO time since when it is open: it was asked for, or a person asked for the newest further pass. */
  openedAt: string;
}

/** A still that has been begun and has not ended: it has a workflow of its own. */
export interface StillUnderWay {
  id: string;
  number: number;
  again: number;
  openedAt: string;
}

/** Nothing was written: what the caller needs for its refusal. */
export type BatchRefused =
  | { refused: 'version'; identityId: string; version: number; state: VersionState | 'gone' }
  | { refused: 'budget' }
  | { refused: 'open_batches'; open: number };

/** Every method is bound to a tenant: what belongs to another one does not exist. Every write is safe to make twice. */
export interface Stills {
  /**
   * Writes the batch once, with all its stills, when every version of its casts may be used and the lowest price fits
   * into the month. The same id again answers the batch that is there.
   */
  open(
    batch: NewBatch,
    limits: { openBatches: number; monthCap: MicroUsd },
  ): Promise<{ batch: BatchRow } | BatchRefused>;
  batch(tenantId: string, batchId: string): Promise<BatchRow | undefined>;
  /** Newest first. */
  batches(tenantId: string, filter: { state?: BatchState | undefined }, page: PageRequest): Promise<Page<BatchRow>>;
  /** In their order, behind number `after`. */
  list(tenantId: string, batchId: string, after: number, limit: number): Promise<StillRow[]>;
  /** Those that changed after this revision of the batch, in the order of their changes. */
  changed(tenantId: string, batchId: string, since: number, limit: number): Promise<StillRow[]>;
  find(tenantId: string, stillId: string): Promise<StillRow | undefined>;
  /** A picture of a still, by its id. */
  picture(tenantId: string, pictureId: string): Promise<(StillPicture & { stillId: string }) | undefined>;
  /** The plans of stills that have not ended, in their order, behind number `after`. */
  plans(tenantId: string, batchId: string, after: number, limit: number): Promise<StillPlan[]>;
  /** The characters of all casts of the batch. */
  cast(tenantId: string, batchId: string): Promise<{ characterId: string; identityId: string }[]>;
  /** A still that has ended keeps its end. */
  saveState(tenantId: string, stillId: string, state: 'drawing' | 'checking' | 'repairing'): Promise<void>;
  saveBatchState(tenantId: string, batchId: string, state: 'running' | 'waiting_for_budget'): Promise<void>;
  /** Changes what the batch may cost. False when there is no such batch. */
  setBudget(tenantId: string, batchId: string, budget: MicroUsd): Promise<boolean>;
  /** Keeps the id of a picture that was already saved under this number. */
  savePicture(tenantId: string, stillId: string, picture: Omit<StillPicture, 'check' | 'createdAt'>): Promise<void>;
  saveCheck(tenantId: string, stillId: string, number: number, check: FrameCheck): Promise<void>;
  /** Those of a batch that have been begun and have not ended, also by a further pass, in their order. */
  underWay(tenantId: string, batchId: string): Promise<StillUnderWay[]>;
  /**
   * True for the call that wrote the end. `again`: only while this further pass is the newest. A still that keeps the
   * picture that a person accepted is passed.
   */
  close(
    tenantId: string,
    stillId: string,
    end: {
      state: StillEndState;
      best: number | undefined;
      repairs: number;
      reason: string | undefined;
      again?: number;
    },
  ): Promise<boolean>;
  /** Ends the batch, and its stills that have not ended as cancelled or failed. True for the call that wrote the end. */
  closeBatch(
    tenantId: string,
    batchId: string,
    end: { state: 'done' | 'cancelled' | 'failed'; reason: string | undefined },
  ): Promise<boolean>;
  /**
   * Opens a still that has ended for one more pass, once per id; its cap and the budget of the batch rise by the price, at
   * least to what was spent and the price. `number` counts these passes of the still from 1, and is the same in each repeat
   * of an id. `running`: another pass of the still has not ended.
   */
  again(
    tenantId: string,
    stillId: string,
    asked: { id: string; kind: 'repair' | 'redraw'; price: MicroUsd },
  ): Promise<{ number: number; plan: StillPlan } | 'running' | undefined>;
  /** A person accepts a flagged still: it is passed. */
  accept(tenantId: string, stillId: string, by: string, reason: string): Promise<'done' | 'not_flagged' | undefined>;
}
