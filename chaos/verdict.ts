// Checks the promises against the evidence. Pure: each finding has its details, so that a broken promise can be
// analysed.

import { isEndStage } from '../domain/stage.ts';
import { type BatchStory, brokenStills } from './batches.ts';
import type { BookEntry, Evidence, LedgerRow } from './evidence.ts';
import { webhookFingerprint } from './evidence.ts';
import type { RunStory, TestStory } from './people.ts';

export interface Verdict {
  /** Ledger keys whose request the provider accepted more than once. */
  doubleSubmissions: string[];
  /** Requests that the provider charged and the ledger does not have, or not with the same charge. */
  differences: string[];
  /** Runs whose state can't be read, and confirmed decisions that are gone. */
  lost: string[];
  /** Runs that neither ended nor wait for an operator, long after all processes are well. */
  stuck: string[];
  /** Files that must not be used any more. */
  orphans: string[];
  /** Runs that wait for an operator although their requests could be found. */
  needlessOperator: string[];
  /** Batches and stills without an end, stills that cost more than was stated, or passed without a check. */
  stills: string[];
  /** Open rows of runs and tests that do not wait for an operator, and of batches and stills. */
  openRows: string[];
  /** Open requests of ended runs and tests that could be found. */
  openCalls: string[];
  /** Reservations without an unclear request. */
  reservations: string[];
  /** Runs and tests that failed because of a deleted photo. */
  harmed: string[];
  /** Runs that rightly wait for an operator. */
  ambiguous: string[];
  totals: { booksMicros: number; ledgerMicros: number; ambiguousMicros: number };
}

/** Ends of a request that the provider's listing shows. */
const ENDED: readonly BookEntry['outcome'][] = ['succeeded', 'failed'];

/** What was played: the people of the runs, and batches of stills. */
export interface Stories {
  runs: readonly RunStory[];
  batches: readonly BatchStory[];
}

export function judge({ runs: stories, batches }: Stories, evidence: Evidence, publicUrl: string): Verdict {
  const waiting = stories.filter(({ final }) => final.stage === 'needs_operator');
  const unclear = (story: RunStory) =>
    evidence.ledger.filter((row) => row.subjectId === story.identityId && row.state === 'unknown');
  const known = new Set(evidence.books.filter(({ outcome }) => ENDED.includes(outcome)).map((b) => b.webhookSha256));
  // A request that was never posted, or that is in the provider's books, could be found.
  const isUnknowable = (row: LedgerRow) => row.posted && !known.has(webhookFingerprint(publicUrl, row.token));
  const needless = waiting.filter((story) => !unclear(story).some(isUnknowable));
  return {
    doubleSubmissions: doubleSubmissions(evidence, publicUrl),
    ...money(evidence, publicUrl),
    lost: lostDecisions(stories),
    stuck: stories.filter((story) => !story.over).map(({ identityId, final }) => `${identityId} in ${final.stage}`),
    orphans: orphans(stories, evidence.files),
    needlessOperator: needless.map(({ identityId }) => identityId),
    stills: batches.flatMap(brokenStills),
    openRows: openRows(evidence),
    openCalls: evidence.ledger
      .filter(
        (row) => row.state === 'submitted' || row.state === 'intent' || (row.state === 'unknown' && !isUnknowable(row)),
      )
      .map(({ key, state }) => `${key} is ${state}`),
    reservations: reservations(evidence),
    harmed: stories.filter(isHarmed).map(({ identityId, hitIn, final, tests }) => {
      const reasons = [final.closeReason, ...tests.map(({ closeReason }) => closeReason)].filter(Boolean);
      return `${identityId}, hit in ${hitIn}: ${reasons.join(' ')}`;
    }),
    ambiguous: waiting.filter((story) => !needless.includes(story)).map(({ identityId }) => identityId),
  };
}

/** Whether every promise was kept. */
export function kept(verdict: Verdict): boolean {
  const broken = [
    verdict.doubleSubmissions,
    verdict.differences,
    verdict.lost,
    verdict.stuck,
    verdict.orphans,
    verdict.needlessOperator,
    verdict.stills,
    verdict.openRows,
    verdict.openCalls,
    verdict.reservations,
    verdict.harmed,
  ];
  return broken.every((findings) => findings.length === 0);
}

function openRows({ open }: Evidence): string[] {
  return [
    ...open.runs.filter(({ stage }) => stage !== 'needs_operator').map((run) => `${run.identityId} is ${run.stage}`),
    ...open.tests.filter(({ state }) => state !== 'needs_operator').map((test) => `${test.name} is ${test.state}`),
    ...open.stills.map(({ name, state }) => `${name} is ${state}`),
  ];
}

/** The reserved amount has to be the estimates of the unclear requests. */
function reservations({ ledger, reservedMicros }: Evidence): string[] {
  const unclear = ledger.filter(({ state }) => state === 'unknown').reduce((sum, row) => sum + row.estimateMicros, 0);
  return reservedMicros === unclear ? [] : [`reserved ${reservedMicros}, of unclear requests ${unclear}`];
}

/** Deleted photos must not stop a run that has checked them, or a later test. */
function isHarmed({ plan, final: { stage, failure, closeReason = '' }, tests }: RunStory): boolean {
  if (plan !== 'forget') return false;
  const why = failure?.code ?? '';
  const ofPhotos = why === 'NotFound' || why === 'InvalidPhotos' || closeReason.includes('photo');
  return (stage === 'failed' && ofPhotos) || tests.some(isBroken);
}

/** Whether a test failed although the provider made an image for it: without any image, the provider is the cause. */
function isBroken({ state, types, failedImages }: TestStory): boolean {
  return state === 'failed' && failedImages.length < types.length;
}

function byFingerprint(ledger: readonly LedgerRow[], publicUrl: string): Map<string, LedgerRow> {
  return new Map(ledger.map((row) => [webhookFingerprint(publicUrl, row.token), row]));
}

function doubleSubmissions({ books, ledger }: Evidence, publicUrl: string): string[] {
  const rows = byFingerprint(ledger, publicUrl);
  const counts = new Map<string, number>();
  for (const { webhookSha256 = 'none' } of books) counts.set(webhookSha256, (counts.get(webhookSha256) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([print, count]) => `${rows.get(print)?.key ?? print}: ${count} times`);
}

/** Every request in the books against its row. Unclear rows are listed separately: their requests cannot be found. */
function money({ books, ledger }: Evidence, publicUrl: string): Pick<Verdict, 'differences' | 'totals'> {
  const rows = byFingerprint(ledger, publicUrl);
  const differences: string[] = [];
  const totals = { booksMicros: 0, ledgerMicros: 0, ambiguousMicros: 0 };
  for (const entry of books) {
    totals.booksMicros += entry.chargedMicros;
    const row = rows.get(entry.webhookSha256 ?? '');
    if (!row) differences.push(`${entry.requestId}: the ledger has no row of it`);
    else if (row.state === 'unknown') totals.ambiguousMicros += entry.chargedMicros;
    else if ((row.chargedMicros ?? 0) !== entry.chargedMicros || row.requestId !== entry.requestId) {
      differences.push(
        `${row.key} (${row.state}): ledger ${row.chargedMicros}, books ${entry.chargedMicros} (${entry.outcome})`,
      );
    }
  }
  for (const row of ledger) totals.ledgerMicros += row.chargedMicros ?? 0;
  if (totals.ledgerMicros + totals.ambiguousMicros !== totals.booksMicros) {
    differences.push(
      `sums: ledger ${totals.ledgerMicros} + unclear ${totals.ambiguousMicros}, books ${totals.booksMicros}`,
    );
  }
  return { differences, totals };
}

function lostDecisions(stories: readonly RunStory[]): string[] {
  return stories.flatMap(({ acknowledged, final }) => {
    const known = new Set(final.decisions.map(({ decision }) => decision.decisionId));
    return acknowledged.filter((id) => !known.has(id)).map((id) => `decision ${id}`);
  });
}

/** ARCHITECTURE.md lists the files that each end keeps; all other files of a run have to be gone. */
function orphans(stories: readonly RunStory[], files: readonly string[]): string[] {
  const stageOf = new Map(stories.map(({ identityId, final }) => [identityId, final.stage]));
  return files.filter((file) => {
    const [identityId, stage] = [...stageOf].find(([id]) => file.includes(id)) ?? [];
    if (!identityId || !stage || !isEndStage(stage)) return false;
    if (file.endsWith('.zip')) return true;
    if (file.startsWith('character-references/')) return stage !== 'ready';
    if (file.startsWith('character-loras/')) return stage !== 'ready' && stage !== 'failed';
    return stage === 'cancelled' || stage === 'expired';
  });
}
