// What people tell a run, and what becomes of it when it can't be told.

import { describe, expect, test } from 'vitest';
import { RunError } from '../../../core/ports/run-error.ts';
import { REFUSAL_CODES } from '../../../domain/decision.ts';
import { identityWorkflowId } from '../../../domain/keys.ts';
import { problemIn } from './problem-in.ts';
import { newWorld } from './world.ts';

function withRun() {
  const world = newWorld();
  const character = world.addCharacter();
  const identity = world.addIdentity(character);
  const { id } = identity;
  const tell = (method: string, path: string, body?: unknown) => world.ask(method, `/v1/identities/${id}${path}`, body);
  return { ...world, character, identity, id, tell };
}

describe('a decision', () => {
  test('approve sends the signal in the name of the key', async () => {
    const { tell, told, id } = withRun();
    const answer = await tell('POST', '/approve', { round: 1, reason: 'It is her.' });
    expect(answer.status).toBe(202);
    const { decisionId } = (await answer.json()) as { decisionId: string };
    expect(told).toEqual([['approve', id, { round: 1, decisionId, by: 'key:k1', reason: 'It is her.' }]]);
  });

  test('reject sends the signal with the next step', async () => {
    const { tell, told, id } = withRun();
    expect((await tell('POST', '/reject', { round: 2, decisionId: 'd', next: 'retrain' })).status).toBe(202);
    expect(told).toEqual([['reject', id, { round: 2, decisionId: 'd', next: 'retrain', by: 'key:k1' }]]);
  });

  test('decision is the Update, and answers the state', async () => {
    const { tell, told, id } = withRun();
    const answer = await tell('POST', '/decision', {
      decisionId: 'd',
      round: 1,
      verdict: 'reject',
      next: 'regenerate',
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ identityId: id, source: 'run' });
    const decision = { decisionId: 'd', round: 1, verdict: 'reject', next: 'regenerate', by: 'key:k1' };
    expect(told).toEqual([['decide', id, decision]]);
  });

  test.each(['/approve', '/reject', '/decision'])('%s takes no name from the body', async (path) => {
    const { tell, told } = withRun();
    const body = { decisionId: 'd', round: 1, by: 'somebody else' };
    const answer = await tell('POST', path, path === '/decision' ? { ...body, verdict: 'approve' } : body);
    expect((await problemIn(answer)).code).toBe('invalid_request');
    expect(told).toEqual([]);
  });

  test.each(REFUSAL_CODES)('that the run refuses as %s is answered with that code', async (refusal) => {
    const { tell, broken } = withRun();
    broken.runs = new RunError('refused', 'Look at the newest images.', { refusal });
    const problem = await problemIn(await tell('POST', '/decision', { decisionId: 'd', round: 1, verdict: 'approve' }));
    const status = refusal === 'malformed_decision' ? 422 : 409;
    expect(problem).toMatchObject({ status, code: refusal, detail: 'Look at the newest images.' });
  });

  test.each([
    ['no round', { decisionId: 'd', verdict: 'approve' }],
    ['no id', { round: 1, verdict: 'approve' }],
    ['round 0', { decisionId: 'd', round: 0, verdict: 'approve' }],
    ['another verdict', { decisionId: 'd', round: 1, verdict: 'maybe' }],
    ['a next step that there is not', { decisionId: 'd', round: 1, verdict: 'reject', next: 'again' }],
  ])('with %s is malformed', async (_, body) => {
    const { tell, told } = withRun();
    expect((await problemIn(await tell('POST', '/decision', body))).status).toBe(422);
    expect(told).toEqual([]);
  });
});

describe('an intervention', () => {
  test('replacement photos have to be the character’s own, and enough', async () => {
    const { tell, told, addPhotos, addCharacter, character, id } = withRun();
    const photoIds = addPhotos(character, 3);
    const [foreign] = addPhotos(addCharacter(), 1);
    const put = (ids: unknown[]) => tell('PUT', '/photos', { photoIds: ids });
    expect((await problemIn(await put(photoIds.slice(1)))).code).toBe('too_few_photos');
    expect((await problemIn(await put([...photoIds, foreign]))).code).toBe('unknown_photos');
    expect(told).toEqual([]);
    expect((await put(photoIds)).status).toBe(200);
    expect(told).toEqual([['replacePhotos', id, photoIds]]);
  });

  test('replacement photos that the run does not wait for are a conflict', async () => {
    const { tell, addPhotos, character, broken } = withRun();
    const photoIds = addPhotos(character, 3);
    broken.runs = new RunError('refused', 'The run does not wait for photos.', { refusal: 'not_needs_photos' });
    const problem = await problemIn(await tell('PUT', '/photos', { photoIds }));
    expect(problem).toMatchObject({
      status: 409,
      code: 'not_needs_photos',
      detail: 'The run does not wait for photos.',
    });
  });

  test('an operator settles a payment in their own name', async () => {
    const { tell, told, id } = withRun();
    const settle = (body: unknown) => tell('POST', '/calls/settle', body);
    expect((await settle({ callKey: 'k', outcome: 'adopt', requestId: 'r' })).status).toBe(200);
    expect(told).toEqual([
      ['settleCall', identityWorkflowId(id), { callKey: 'k', outcome: 'adopt', requestId: 'r', by: 'key:k1' }],
    ]);
    expect((await problemIn(await settle({ callKey: 'k', outcome: 'adopt' }))).code).toBe('invalid_request');
    expect((await problemIn(await settle({ callKey: 'k', outcome: 'give_up', requestId: 'r' }))).status).toBe(422);
  });

  test('that the run refuses in words of its own is a conflict with those words', async () => {
    const { tell, broken } = withRun();
    broken.runs = new RunError('refused', 'Not today.', { refusal: 'never_heard_of' });
    const problem = await problemIn(await tell('POST', '/calls/settle', { callKey: 'k', outcome: 'give_up' }));
    expect(problem).toMatchObject({ status: 409, code: 'refused_by_run', detail: 'Not today.' });
  });

  test('cancel asks the run to stop', async () => {
    const { tell, told, id } = withRun();
    expect((await tell('POST', '/cancel')).status).toBe(202);
    expect(told).toEqual([['cancel', id]]);
  });

  test('cancel is refused once the row is closed, although its workflow goes on for a moment', async () => {
    const { tell, told, rows, identity, id } = withRun();
    rows.identities.set(id, { ...identity, stage: 'cancelled' });
    expect(await problemIn(await tell('POST', '/cancel'))).toMatchObject({ status: 409, code: 'run_ended' });
    expect(told).toEqual([]);
  });
});

describe('every message', () => {
  const photoIds = ['a', 'b', 'c'].map((digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`);
  const messages: [string, string, unknown][] = [
    ['POST', '/approve', { round: 1 }],
    ['POST', '/reject', { round: 1 }],
    ['POST', '/decision', { decisionId: 'd', round: 1, verdict: 'approve' }],
    ['POST', '/calls/settle', { callKey: 'k', outcome: 'give_up' }],
    ['POST', '/cancel', undefined],
  ];

  test.each(messages)('%s %s to a run that ended is a conflict', async (method, path, body) => {
    const { tell, rows } = withRun();
    rows.states.clear();
    expect(await problemIn(await tell(method, path, body))).toMatchObject({ status: 409, code: 'run_ended' });
  });

  test.each(messages)('%s %s without Temporal is asked for again', async (method, path, body) => {
    const { tell, broken } = withRun();
    broken.runs = new RunError('unavailable', 'Temporal cannot be reached. Try again.');
    const answer = await tell(method, path, body);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await problemIn(answer)).toMatchObject({ status: 503, code: 'engine_unavailable' });
  });

  test.each([...messages, ['PUT', '/photos', { photoIds }] as const])(
    '%s %s to an identity that is not there is not found',
    async (method, path, body) => {
      const { ask, told } = withRun();
      const answer = await ask(method, `/v1/identities/${photoIds[0]}${path}`, body);
      expect((await problemIn(answer)).code).toBe('not_found');
      expect(told).toEqual([]);
    },
  );
});
