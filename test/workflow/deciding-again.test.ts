// The same decision id a second time, through the HTTP API and by signal: in another round it is another decision and counts,
// in the same round it counts once, and with another verdict it is refused aloud. The real workflow on the real server.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIdentityRuns } from '../../adapters/temporal/identity-runs.ts';
import type { IdentityState } from '../../domain/identity-state.ts';
import { approveIdentity, decideIdentity, getState, rejectIdentity } from '../../workflows/messages.ts';
import { type FakeSteps, fakeSteps } from '../support/fake-steps.ts';
import {
  type RunHandle,
  refusalOf,
  startWorkflowBench,
  untilStage,
  type WorkflowBench,
} from '../support/workflow-bench.ts';
import { problemIn } from '../unit/api/problem-in.ts';
import { newWorld } from '../unit/api/world.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

type Post = (path: 'decision' | 'approve' | 'reject', body: object) => Promise<Response>;

/** A run with its API; `post` sends what a client would. */
async function play(steps: FakeSteps, script: (told: { handle: RunHandle; post: Post }) => Promise<void>) {
  const api = newWorld({ runs: createIdentityRuns(bench.env.client) });
  await bench.play(steps, async (handle) => {
    const id = handle.workflowId.replace('identity/', '');
    api.addIdentity(api.addCharacter(), { id });
    const post: Post = async (path, body) => api.ask('POST', `/v1/identities/${id}/${path}`, body);
    await script({ handle, post });
  });
}

const regenerate = { decisionId: 'd1', round: 1, verdict: 'reject', next: 'regenerate' } as const;
const approve = { decisionId: 'd1', round: 2, verdict: 'approve' } as const;
/** `[id, round, verdict]` of all that counted. */
const counted = ({ decisions }: IdentityState) =>
  decisions.map(({ decision }) => [decision.decisionId, decision.round, decision.verdict]);
const BOTH = [
  ['d1', 1, 'reject'],
  ['d1', 2, 'approve'],
];

const ROUTES: [string, (post: Post) => Promise<Response>, (post: Post) => Promise<Response>][] = [
  ['decision, decision', (post) => post('decision', regenerate), (post) => post('decision', approve)],
  [
    'reject, approve',
    (post) => post('reject', { decisionId: 'd1', round: 1, next: 'regenerate' }),
    (post) => post('approve', { decisionId: 'd1', round: 2 }),
  ],
  [
    'decision, approve',
    (post) => post('decision', regenerate),
    (post) => post('approve', { decisionId: 'd1', round: 2 }),
  ],
  [
    'reject, decision',
    (post) => post('reject', { decisionId: 'd1', round: 1, next: 'regenerate' }),
    (post) => post('decision', approve),
  ],
];

describe('a decision that was answered counts, in every round', () => {
  it.each(ROUTES)('by %s: the same id in the next round is the decision of that round', async (_, first, second) => {
    const steps = fakeSteps();
    await play(steps, async ({ handle, post }) => {
      await untilStage(handle, 'awaiting_approval');
      expect((await first(post)).ok).toBe(true);
      await untilStage(handle, 'awaiting_approval', 2);
      expect((await second(post)).ok).toBe(true);
      const end = await handle.result();
      expect([end.stage, counted(end), end.ignored]).toEqual(['ready', BOTH, []]);
    });
    expect(steps.calls('recordDecision').map(({ record }) => record.decision.round)).toEqual([1, 2]);
    expect(steps.calls('publishIdentity')).toMatchObject([{ decisionRound: 2, decisionId: 'd1' }]);
  });

  it('by the Update and the signals of Temporal alone', async () => {
    const by = 'key:k1';
    await bench.play(fakeSteps(), async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await handle.signal(rejectIdentity, { decisionId: 'd1', round: 1, next: 'regenerate' });
      await untilStage(handle, 'awaiting_approval', 2);
      await handle.executeUpdate(decideIdentity, { args: [{ ...regenerate, round: 2, by }] });
      await untilStage(handle, 'awaiting_approval', 3);
      await handle.signal(approveIdentity, { decisionId: 'd1', round: 3 });
      expect((await handle.result()).decisions.map(({ decision }) => decision.round)).toEqual([1, 2, 3]);
    });
  });
});

describe('the same decision again', () => {
  it('answers as before while its round waits, when the round has passed, and when the run has ended', async () => {
    const steps = fakeSteps();
    await play(steps, async ({ handle, post }) => {
      await untilStage(handle, 'awaiting_approval');
      for (let i = 0; i < 2; i++) expect((await post('decision', regenerate)).status).toBe(200);
      await untilStage(handle, 'awaiting_approval', 2);
      expect((await post('decision', regenerate)).status).toBe(200);
      const { verdict: _, ...signalled } = regenerate;
      expect((await post('reject', signalled)).status).toBe(202);
      expect(counted(await untilStage(handle, 'awaiting_approval', 2))).toEqual([BOTH[0]]);
      expect((await post('decision', approve)).status).toBe(200);
      const end = await handle.result();
      expect([counted(end), end.ignored]).toEqual([BOTH, []]);
      const again = await post('decision', approve);
      expect([again.status, counted((await again.json()) as IdentityState)]).toEqual([200, BOTH]);
      expect((await post('approve', { decisionId: 'd1', round: 2 })).status).toBe(202);
    });
    expect(steps.calls('recordDecision')).toHaveLength(2);
  });
});

describe('the same id in the same round with another verdict', () => {
  const OTHERS = [
    ['approve', { ...regenerate, verdict: 'approve', next: undefined }],
    ['another next step', { ...regenerate, next: 'retrain' }],
  ] as const;

  it.each(OTHERS)('is refused aloud: %s', async (_, other) => {
    await play(fakeSteps(), async ({ handle, post }) => {
      await untilStage(handle, 'awaiting_approval');
      await post('decision', regenerate);
      const conflict = { status: 409, code: 'idempotency_conflict' };
      expect(await problemIn(await post('decision', other))).toMatchObject(conflict);
      await untilStage(handle, 'awaiting_approval', 2);
      expect(await problemIn(await post('decision', other))).toMatchObject(conflict);
      const args = [{ ...regenerate, verdict: 'approve', by: 'key:k1' }] as const;
      expect(await refusalOf(handle.executeUpdate(decideIdentity, { args: [...args] }))).toBe('idempotency_conflict');
      await post('approve', { decisionId: 'd1', round: 1 });
      await expect
        .poll(async () => (await handle.query(getState)).ignored)
        .toMatchObject([{ name: 'approveIdentity', refusal: { code: 'idempotency_conflict' } }]);
      expect((await handle.query(getState)).round).toBe(2);
      await post('decision', { ...approve, decisionId: 'd2' });
      expect((await handle.result()).stage).toBe('ready');
      expect(await problemIn(await post('decision', { ...regenerate, decisionId: 'd2', round: 2 }))).toMatchObject(
        conflict,
      );
      expect(await problemIn(await post('decision', { ...approve, decisionId: 'd3' }))).toMatchObject({
        status: 409,
        code: 'run_ended',
      });
    });
  });

  it('a signal without an id never has that of another decision', async () => {
    await bench.play(fakeSteps(), async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      const taken = { ...regenerate, decisionId: 'signal-1', by: 'key:k1' };
      await handle.executeUpdate(decideIdentity, { args: [taken] });
      await handle.signal(approveIdentity, { round: 1 });
      await handle.signal(rejectIdentity, { round: 1 });
      const { ignored } = await untilStage(handle, 'awaiting_approval', 2);
      expect(ignored).toHaveLength(2);
      for (const { refusal } of ignored) expect(refusal.code).toMatch(/already_decided|stale_round/);
      await handle.signal(approveIdentity, { round: 2 });
      const { decisions } = await handle.result();
      expect(new Set(decisions.map(({ decision }) => decision.decisionId)).size).toBe(2);
    });
  });
});
