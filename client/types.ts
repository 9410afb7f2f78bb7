// The data of the API, taken from its own schemas. Types only: no server code is loaded.

import type { z } from '@hono/zod-openapi';
import type { LedgerPage, LedgerQuery } from '../api/schemas/budget.ts';
import type { CharacterPage, NewCharacter } from '../api/schemas/character.ts';
import type { PageQuery } from '../api/schemas/common.ts';
import type { EstimateQuery as Estimating } from '../api/schemas/estimate.ts';
import type { IdentityPage } from '../api/schemas/identity.ts';
import type { PhotoList, PreflightReport as Report } from '../api/schemas/photo.ts';
import type { CharacterPicturePage } from '../api/schemas/picture.ts';
import type {
  Approve,
  CancelSent as Cancelled,
  Decide,
  IdentityQuery,
  Reject,
  DecisionSent as Sent,
  SettleCall,
  StartIdentity,
} from '../api/schemas/requests.ts';
import type {
  StartTest,
  TestCancelSent as TestCancelled,
  TestPage,
  TestQuery,
  IdentityTests as Tests,
} from '../api/schemas/retest.ts';
import type {
  AcceptStill,
  BatchCancelSent,
  BatchPage,
  BatchQuery,
  StartStills,
  Still as StillOf,
} from '../api/schemas/still.ts';
import type { NewSubject } from '../api/schemas/subject.ts';
import type { DeliveryPage, EndpointList, EndpointWithSecret, NewEndpoint } from '../api/schemas/webhook.ts';

export type { Budget, LedgerEntry } from '../api/schemas/budget.ts';
export type { Character } from '../api/schemas/character.ts';
export type { ProblemBody } from '../api/schemas/common.ts';
export type { RunEstimate } from '../api/schemas/estimate.ts';
export type { CostEstimate, Identity, IdentityItem } from '../api/schemas/identity.ts';
export type { Photo } from '../api/schemas/photo.ts';
export type { CharacterPicture } from '../api/schemas/picture.ts';
export type { Rescore } from '../api/schemas/rescore.ts';
export type { IdentityTest, TestItem } from '../api/schemas/retest.ts';
export type { Settings } from '../api/schemas/settings.ts';
export type {
  Batch,
  BatchItem,
  Still,
  StillAgain,
  StillAgainPrice,
  StillsEstimate,
  StillsReport,
} from '../api/schemas/still.ts';
export type { Versions } from '../api/schemas/version.ts';
export type { Delivery as WebhookDelivery, Endpoint as WebhookEndpoint } from '../api/schemas/webhook.ts';

import type { AccountState } from '../domain/provider-account.ts';

export type { Stage } from '../domain/stage.ts';

/** The next `limit` after `cursor`, which is the `nextCursor` of the page before. */
export type PageRequest = { limit?: number } & Omit<z.input<typeof PageQuery>, 'limit'>;
export type CharacterInput = z.input<typeof NewCharacter>;
export type SubjectInput = z.input<typeof NewSubject>;
export type Characters = z.output<typeof CharacterPage>;
export type CharacterPictures = z.output<typeof CharacterPicturePage>;
export type Photos = z.output<typeof PhotoList>;
export type PreflightReport = z.output<typeof Report>;
export type StartInput = z.input<typeof StartIdentity>;
export type EstimateQuery = z.output<typeof Estimating>;
export type IdentityFilter = PageRequest & Omit<z.input<typeof IdentityQuery>, 'limit'>;
export type Identities = z.output<typeof IdentityPage>;
export type ApproveInput = z.input<typeof Approve>;
export type RejectInput = z.input<typeof Reject>;
type Decision = z.input<typeof Decide>;
type Unnamed<One> = One extends unknown ? Omit<One, 'decisionId'> & { decisionId?: string } : never;
/** As the API takes it; without a `decisionId` a new one is made. */
export type DecideInput = Unnamed<Decision>;
export type DecisionSent = z.output<typeof Sent>;
export type CancelSent = z.output<typeof Cancelled>;
export type LedgerFilter = PageRequest & Omit<z.input<typeof LedgerQuery>, 'limit'>;
export type Ledger = z.output<typeof LedgerPage>;
export type TestInput = z.input<typeof StartTest>;
export type IdentityTests = z.output<typeof Tests>;
export type TestFilter = PageRequest & Omit<z.input<typeof TestQuery>, 'limit'>;
export type TestItems = z.output<typeof TestPage>;
export type TestCancelSent = z.output<typeof TestCancelled>;
export type EndpointInput = z.input<typeof NewEndpoint>;
export type NewWebhookEndpoint = z.output<typeof EndpointWithSecret>;
export type WebhookEndpoints = z.output<typeof EndpointList>;
export type WebhookDeliveries = z.output<typeof DeliveryPage>;
export type StillsInput = z.input<typeof StartStills>;
export type StillPicture = StillOf['pictures'][number];
export type StillFinding = StillOf['findings'][number];
export type Batches = z.output<typeof BatchPage>;
export type BatchFilter = PageRequest & Omit<z.input<typeof BatchQuery>, 'limit'>;
export type StillPageRequest = { after?: number; limit?: number };
export type BatchCancelled = z.output<typeof BatchCancelSent>;
export type AcceptInput = z.input<typeof AcceptStill>;
export type SettleInput = z.input<typeof SettleCall>;
/** As GET /readyz answers it. */
export interface Readiness {
  status: 'ready';
  provider: AccountState | { state: 'unknown' };
}
