// A still: one production image for a frame, drawn with the approved versions of its cast and checked face by face. A
// batch is the stills of one request.

import type { ImageSize } from '../image-units.ts';
import type { MicroUsd } from '../money.ts';
import type { Box } from '../photo.ts';
import type { Subject } from '../subject.ts';

export const STILL_STATES = [
  'queued',
  'drawing',
  'checking',
  'repairing',
  /** The check found everybody, or a person accepted it. */
  'passed',
  /** The best picture has findings: a person has to look. */
  'flagged',
  /** No picture could be made. */
  'failed',
  /** It may not be drawn any more: a version of its cast was retired or revoked since. */
  'refused',
  'cancelled',
] as const;
export type StillState = (typeof STILL_STATES)[number];

export const STILL_END_STATES = ['passed', 'flagged', 'failed', 'refused', 'cancelled'] as const satisfies StillState[];
export type StillEndState = (typeof STILL_END_STATES)[number];

export const isStillEnd = (state: StillState): state is StillEndState =>
  (STILL_END_STATES as readonly StillState[]).includes(state);

/** By how many stills are in each state. */
export const hasOpenStill = (counts: Readonly<Record<StillState, number>>): boolean =>
  STILL_STATES.some((state) => counts[state] > 0 && !isStillEnd(state));

export const BATCH_STATES = ['running', 'waiting_for_budget', 'done', 'cancelled', 'failed'] as const;
export type BatchState = (typeof BATCH_STATES)[number];

export const OPEN_BATCH_STATES = ['running', 'waiting_for_budget'] as const satisfies BatchState[];
export const isBatchOpen = (state: BatchState): boolean => (OPEN_BATCH_STATES as readonly BatchState[]).includes(state);

/** What is wrong with a picture. */
export const FINDING_CODES = [
  'missing_character',
  'extra_person',
  'duplicate_character',
  'swapped',
  'blended',
  'low_likeness',
  /** A character of the same batch who does not belong in this frame. */
  'off_screen_person',
  /** Nobody can tell by the face: turned away, too small, a back, or a subject that is not human. */
  'face_unverifiable',
  'provider_flagged',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

export interface Finding {
  code: FindingCode;
  /** The member of the cast that it is about: its index in the manifest. */
  member?: number;
  /** The face that it is about: its index in the check's faces. */
  face?: number;
  /** Of off_screen_person: the character. */
  characterId?: string;
}

/** How a still is drawn; domain/stills/routes.ts has them as data. */
export const ROUTE_IDS = ['lora', 'lora+inpaint', 'lora+refs', 'refs'] as const;
export type RouteId = (typeof ROUTE_IDS)[number];

export const POSITIONS = ['left', 'center', 'right'] as const;
export type Position = (typeof POSITIONS)[number];

/** A part of the picture, each number a share of its width or height, 0–1, origin at the top left. */
export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * Where a member of the cast stands. `order`: counted from the left among all members with an order, from 0. `area`: a
 * box of the request. A member without a place has none: a swap of it cannot be told.
 */
export type Place = { kind: 'order'; order: number } | { kind: 'area'; area: Area };

/** A member of the cast, frozen when the still is asked for. It stays in the row: the history has its index alone. */
export interface CastMember {
  characterId: string;
  identityId: string;
  version: number;
  /** The character's name, by which a prompt names it. */
  name: string;
  subject?: Subject | undefined;
  triggerWord: string;
  loraSha256: string;
  /** 0–100. The LoRA scale is a hundredth of it. */
  strength: number;
  /** The family of its LoRA (domain/profile.ts). */
  family: string;
  place?: Place | undefined;
}

/** The prompts of a still, composed once from the request (domain/stills/compose-prompt.ts). */
export interface ComposedPrompts {
  /** What draws the whole scene. */
  scene: string;
  /** For each member of the cast: what repaints its face. */
  faces: string[];
}

/** Frozen with the still: nothing in it changes, so that a repair next week draws the same people. */
export interface Manifest {
  route: RouteId;
  cast: CastMember[];
  prompts: ComposedPrompts;
  size: ImageSize;
  /** Addresses of the request that the route draws from, beside the references of the cast. */
  references: string[];
}

/** What was found out about one face of a picture. */
export type FaceState =
  /** Assigned to a member of the cast, with a score. */
  | 'recognised'
  /** Between the limits, or between two members: not assigned. */
  | 'open'
  /** Nobody of the cast. */
  | 'stranger'
  /** A character of the same batch who does not belong here. */
  | 'off_screen'
  /** Cannot be compared: too small, turned away, blurred or covered. */
  | 'unverifiable'
  /** Far behind the others: not looked at. */
  | 'background';

export interface CheckedFace {
  /** Pixels of the picture. */
  box: Box;
  state: FaceState;
  /** The member of the cast: its index in the manifest. */
  member?: number;
  /** Likeness to that member, 0–100; absent where it cannot be told. */
  score?: number;
  /** Of `unverifiable`: why. */
  reason?: 'too_small' | 'extreme_pose' | 'too_blurred' | 'covered';
  /** Of `off_screen`. */
  characterId?: string;
}

/** The check of one picture. Numbers and verdicts: no descriptor, no pixel. */
export interface FrameCheck {
  /** The version of the constants that it was made with. */
  calibration: string;
  size: ImageSize;
  /** From left to right. */
  faces: CheckedFace[];
  /** Empty: everybody is there, nobody else, each recognised. */
  findings: Finding[];
}

/**
 * One payment's work on a still. `draw`: the whole scene. `repaint`: one face of an earlier picture, by its number, is
 * painted anew as a member of the cast; outside of the mask the picture stays as it is, to the pixel.
 */
export type Pass = { kind: 'draw'; seed: number } | { kind: 'repaint'; base: number; faces: RepaintedFace[] };

export interface RepaintedFace {
  member: number;
  /** Pixels of the base picture: the face that is there, or where it should be. */
  box: Box;
}

/** What a still may cost: without a repair, and with all of them. */
export interface StillPrice {
  lowest: MicroUsd;
  highest: MicroUsd;
}
