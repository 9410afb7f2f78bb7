// The routes for stills: what a request starts and answers, each refusal, and what a person does with a still.

import { describe, expect, test, vi } from 'vitest';
import { loraObject } from '../../../domain/keys.ts';
import { addStills } from '../../support/new-stills.ts';
import { type CastWorld, worldWith } from './cast-world.ts';
import { drawn, LOW } from './drawn-stills.ts';
import { problemIn } from './problem-in.ts';
import { newWorld, OTHER_KEY, OTHER_TENANT, TENANT } from './world.ts';

interface Answer {
  batchId: string;
  state: string;
  revision: number;
  total: number;
  counts: Record<string, number>;
  stills: { stillId: string; number: number; state: string }[];
  nextAfter?: number;
  links: Record<string, string>;
}

const read = async <T>(answer: Response | Promise<Response>): Promise<T> => (await answer).json() as Promise<T>;
const key = (name: string) => ({ 'idempotency-key': name });

const frameOf = (ids: string[], rest: object = {}) => ({
  prompt: 'They argue on the quay',
  characters: ids.map((characterId) => ({ characterId })),
  ...rest,
});

describe('a request for stills', () => {
  test('starts a still for each variant of each frame, once for a key', async () => {
    const { ask, ids, told } = worldWith(['Mara', 'Jonas']);
    const body = { frames: [frameOf(ids, { n: 2 }), frameOf(ids)], context: { sceneId: 's-4' } };
    const answer = await ask('POST', '/v1/stills', body, key('k'));
    expect(answer.status).toBe(202);
    const batch = await read<Answer>(answer);
    expect(answer.headers.get('location')).toBe(`/v1/stills/${batch.batchId}`);
    expect(batch).toMatchObject({ state: 'running', total: 3, counts: { queued: 3 }, context: { sceneId: 's-4' } });
    expect(batch.stills.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(await read<Answer>(ask('POST', '/v1/stills', body, key('k')))).toEqual(batch);
    expect(told.filter(([name]) => name === 'startBatch')).toHaveLength(2);
    const other = await problemIn(await ask('POST', '/v1/stills', { ...body, maxRepairs: 0 }, key('k')));
    expect(other).toMatchObject({ status: 409, code: 'idempotency_conflict' });
  });

  test('needs a key, unless it asks for the price alone, which starts nothing', async () => {
    const { ask, ids, told } = worldWith(['Mara']);
    const body = { frames: [frameOf(ids)] };
    expect(await problemIn(await ask('POST', '/v1/stills', body))).toMatchObject({ code: 'idempotency_key_required' });
    const price = await read<object>(ask('POST', '/v1/stills?dryRun=true', body));
    expect(price).toMatchObject({ stills: 1, price: { lowestUsd: 0.035 }, refusals: [], frames: [{ route: 'lora' }] });
    expect(told).toEqual([]);
  });

  test.each([
    ['an unknown field', { frames: [{ ...frameOf([]), prompts: 'x' }] }, 'frames.0'],
    ['no frame', { frames: [] }, 'frames'],
    ['501 frames', { frames: Array(501).fill(frameOf([])) }, 'frames'],
    ['nine variants', { frames: [frameOf([], { n: 9 })] }, 'frames.0.n'],
    [
      'a position that there is not',
      { frames: [{ ...frameOf([]), characters: [who({ position: 'up' })] }] },
      'position',
    ],
    [
      'two characters in one position',
      { frames: [{ ...frameOf([]), characters: [who({ position: 'left' }), who({ position: 'left' }, 'b')] }] },
      'frames.0.characters.1.position',
    ],
    ['a character twice', { frames: [{ ...frameOf([]), characters: [who({}), who({})] }] }, 'characters.1.characterId'],
    ['nobody named', { frames: [{ ...frameOf([]), characters: [{ position: 'left' }] }] }, 'frames.0.characters.0'],
    [
      'a box beyond the edge',
      { frames: [{ ...frameOf([]), characters: [who({ box: { x: 0.8, y: 0, width: 0.4, height: 1 } })] }] },
      'box',
    ],
    [
      'too many characters',
      { frames: [{ ...frameOf([]), characters: 'abcdef123'.split('').map((c) => who({}, c)) }] },
      'characters',
    ],
    ['a ratio that is none', { frames: [frameOf([], { aspectRatio: 'wide' })] }, 'aspectRatio'],
    [
      'a ratio beside a size',
      { frames: [frameOf([], { aspectRatio: '1:1', size: { width: 512, height: 512 } })] },
      'size',
    ],
    [
      'a version of an identity',
      { frames: [{ ...frameOf([]), characters: [{ identityId: uuid('a'), version: 1 }] }] },
      'version',
    ],
  ])('with %s is refused with its path', async (_, body, path) => {
    const { ask, told } = newWorld();
    const problem = await problemIn(await ask('POST', '/v1/stills', body, key('k')));
    expect(problem).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(problem.errors?.map((error) => error.path).join()).toContain(path);
    expect(told).toEqual([]);
  });

  test('may be as large as a storyboard, and no larger than 4 MB', async () => {
    const { ask } = newWorld();
    const frames = Array.from({ length: 500 }, () => frameOf([], { prompt: 'p'.repeat(2000) }));
    expect((await ask('POST', '/v1/stills', { frames }, key('k'))).status).toBe(202);
    const moodboard = Array(8).fill('地'.repeat(500));
    const large = { frames: frames.map((frame) => ({ ...frame, moodboard })) };
    expect(await problemIn(await ask('POST', '/v1/stills', large, key('l')))).toMatchObject({ code: 'body_too_large' });
  });

  test('waits for the end of the batch as long as it says', async () => {
    const world = worldWith(['Mara']);
    const asked = world.ask('POST', '/v1/stills?wait=20', { frames: [frameOf(world.ids)] }, key('k'));
    const { items } = await vi.waitUntil(async () => {
      const page = await world.stills.batches(TENANT, {}, { limit: 1 });
      return page.items.length > 0 && page;
    });
    const [batch] = items;
    const [still] = await world.stills.list(TENANT, batch?.id ?? '', 0, 1);
    await world.stills.close(TENANT, still?.id ?? '', { state: 'failed', best: undefined, repairs: 0, reason: 'no' });
    await world.stills.closeBatch(TENANT, batch?.id ?? '', { state: 'done', reason: undefined });
    expect(await read<Answer>(asked)).toMatchObject({
      state: 'done',
      counts: { failed: 1 },
      stills: [{ state: 'failed' }],
    });
  });

  test('that waits too short is answered with the batch as it is', async () => {
    const { ask, ids } = worldWith(['Mara']);
    const answer = await ask('POST', '/v1/stills?wait=1', { frames: [frameOf(ids)] }, key('k'));
    expect(await read<Answer>(answer)).toMatchObject({ state: 'running' });
    expect((await ask('POST', '/v1/stills?wait=61', { frames: [frameOf(ids)] }, key('l'))).status).toBe(422);
  });
});

describe('a request that cannot be drawn', () => {
  /** The problem of a start, and what a dry run says of it; nothing may have started. */
  async function refused(world: CastWorld, body: object) {
    const problem = await problemIn(await world.ask('POST', '/v1/stills', body, key('k')));
    const { refusals } = await read<{ refusals: { code: string; message: string; frame?: number }[] }>(
      world.ask('POST', '/v1/stills?dryRun=true', body),
    );
    expect(world.told).toEqual([]);
    expect(refusals.map(({ code }) => code)).toEqual([problem.code]);
    return problem;
  }

  test.each(['retired', 'revoked'] as const)('with a %s version says so', async (state) => {
    const world = worldWith(['Mara']);
    const [{ identityId } = { identityId: '' }] = world.versions;
    for (const version of world.rows.versions.values()) version.state = state;
    const problem = await refused(world, { frames: [{ prompt: 'a quay', characters: [{ identityId }] }] });
    expect(problem).toMatchObject({ status: 409, code: `version_${state}` });
    expect(problem.detail).toContain('Mara');
  });

  test('with an identity that nobody approved says so', async () => {
    const world = worldWith([]);
    const { id } = world.addCharacter(TENANT, { name: 'Ada' });
    const problem = await refused(world, { frames: [frameOf([id])] });
    expect(problem).toMatchObject({ status: 409, code: 'identity_not_ready' });
    expect(problem.detail).toContain('"Ada"');
  });

  test('with the character of another tenant does not find it', async () => {
    const world = worldWith([]);
    const { id } = world.addCharacter(OTHER_TENANT, { name: 'Theirs' });
    expect(await refused(world, { frames: [frameOf([id])] })).toMatchObject({ status: 404, code: 'not_found' });
  });

  test('with a LoRA that is not ours, or is another one of ours, is refused', async () => {
    const world = worldWith(['Mara']);
    const [{ identityId } = { identityId: '' }] = world.versions;
    const ours = await world.files.signedUrl(loraObject(TENANT, identityId, 1), 60);
    for (const loraUrl of ['https://v3.fal.media/files/lora.safetensors', ours.replace('/1.safe', '/2.safe')]) {
      const problem = await refused(world, { frames: [{ prompt: 'a quay', characters: [{ loraUrl }] }] });
      expect(problem).toMatchObject({ status: 403, code: 'lora_not_approved' });
    }
    const body = { frames: [{ prompt: 'a quay', characters: [{ loraUrl: ours }] }] };
    expect((await world.ask('POST', '/v1/stills', body, key('ours'))).status).toBe(202);
  });

  test('by the route that is named is refused with the family', async () => {
    const world = worldWith(['Mara']);
    const problem = await refused(world, { frames: [frameOf(world.ids)], route: 'lora+refs' });
    expect(problem).toMatchObject({ status: 409, code: 'wrong_family' });
  });

  test('within its budget is refused before anything is paid', async () => {
    const world = worldWith(['Mara']);
    const problem = await refused(world, { frames: [frameOf(world.ids)], budgetUsd: 0.01 });
    expect(problem).toMatchObject({ status: 409, code: 'budget_exceeded' });
    world.money.ownCap = 1000;
    expect(await refused(world, { frames: [frameOf(world.ids)] })).toMatchObject({ code: 'budget_exceeded' });
  });

  test('names the frame that is meant', async () => {
    const world = worldWith(['Mara']);
    const { id } = world.addCharacter(TENANT, { name: 'Ada' });
    const problem = await refused(world, { frames: [frameOf(world.ids), frameOf([id])] });
    expect(problem).toMatchObject({ code: 'identity_not_ready', frame: 1 });
    expect(problem.detail).toContain('Frame 2');
  });
});

describe('a batch', () => {
  test('is answered with a page of its stills, and is in the list by its state', async () => {
    const world = newWorld();
    const { path, batchId } = await drawn(world, 5, [90, 88]);
    const first = await read<Answer>(world.ask('GET', `${path}?limit=2`));
    expect([first.stills.map(({ number }) => number), first.nextAfter]).toEqual([[1, 2], 2]);
    const rest = await read<Answer>(world.ask('GET', `${path}?after=2&limit=3`));
    expect(rest.stills.map(({ number }) => number)).toEqual([3, 4, 5]);
    const end = await read<Answer>(world.ask('GET', `${path}?after=5`));
    expect([end.stills, end.nextAfter]).toEqual([[], undefined]);
    const list = (state: string) => read<{ items: Answer[] }>(world.ask('GET', `/v1/stills?state=${state}`));
    expect((await list('done')).items).toMatchObject([{ batchId, total: 5, counts: { passed: 5 } }]);
    expect((await list('running')).items).toEqual([]);
  });

  test('is stopped while it is open, and refuses when it has ended', async () => {
    const world = newWorld();
    const [still] = await addStills(world.stills, TENANT, 1);
    const path = `/v1/stills/${still?.batchId}`;
    expect((await world.ask('POST', `${path}/cancel`)).status).toBe(202);
    expect(world.told).toEqual([['cancelBatch', still?.batchId]]);
    await world.stills.closeBatch(TENANT, still?.batchId ?? '', {
      state: 'cancelled',
      reason: 'Cancelled on request.',
    });
    const problem = await problemIn(await world.ask('POST', `${path}/cancel`));
    expect(problem).toMatchObject({ status: 409, code: 'run_ended' });
    expect(problem.detail).toContain('cancelled');
  });

  test('may cost more when its budget is raised', async () => {
    const world = newWorld();
    const [still] = await addStills(world.stills, TENANT, 1);
    const answer = await world.ask('PUT', `/v1/stills/${still?.batchId}/budget`, { budgetUsd: 7.5 });
    expect(await read<object>(answer)).toMatchObject({ batchId: still?.batchId, budgetUsd: 7.5 });
  });
});

describe('a still', () => {
  test('is answered with its faces, and its findings as sentences', async () => {
    const world = newWorld();
    const { path, first } = await drawn(world, 1, [93.1, 61.4], [LOW]);
    const still = await read<object>(world.ask('GET', `${path}/frames/${first.id}`));
    expect(still).toMatchObject({
      state: 'flagged',
      prompt: 'scene 1',
      cast: [
        { name: 'Mara', place: { order: 0 } },
        { name: 'Jonas', place: { order: 1 } },
      ],
      findings: [{ code: 'low_likeness', message: 'Jonas does not look enough like the reference photos.' }],
      pictures: [{ number: 1, check: { faces: [{ score: 93.1 }, { score: 61.4 }] } }],
      links: { content: `/v1/pictures/${first.pictures[0]?.id}/content` },
    });
  });

  test('is not found in another batch', async () => {
    const world = newWorld();
    const { first } = await drawn(world, 1, [90, 90]);
    const { path } = await drawn(world, 1, [90, 90]);
    expect((await world.ask('GET', `${path}/frames/${first.id}`)).status).toBe(404);
  });

  test('shows its picture to its tenant alone, with an ETag and for a short time', async () => {
    const world = newWorld();
    const { first } = await drawn(world, 1, [90, 90]);
    const path = `/v1/pictures/${first.pictures[0]?.id}/content`;
    const answer = await world.ask('GET', path);
    expect(await answer.text()).toBe('png 1');
    expect(answer.headers.get('cache-control')).toBe('private, max-age=300');
    const again = await world.ask('GET', path, undefined, { 'if-none-match': answer.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
  });

  test.each(['repair', 'redraw'] as const)('is given one more %s for a stated price, once for a key', async (kind) => {
    const world = newWorld();
    const { path, first } = await drawn(world, 1, [93, 61], [LOW]);
    const action = `${path}/frames/${first.id}/${kind}`;
    const { cap } = first;
    const price = await read<{ priceUsd: number }>(world.ask('POST', `${action}?dryRun=true`));
    expect(price.priceUsd).toBeGreaterThan(0);
    expect(world.told).toEqual([]);
    expect(await problemIn(await world.ask('POST', action))).toMatchObject({ code: 'idempotency_key_required' });
    const answer = await world.ask('POST', action, undefined, key('k'));
    expect(answer.status).toBe(202);
    expect(await read<object>(answer)).toMatchObject({ ...price, still: { state: 'repairing' } });
    expect(world.told).toMatchObject([['drawAgain', { stillId: first.id, again: { kind } }, 1]]);
    expect((await world.ask('POST', action, undefined, key('k'))).status).toBe(202);
    const now = await world.stills.find(TENANT, first.id);
    expect(now?.cap).toBeCloseTo(cap + price.priceUsd * 1_000_000);
    const problem = await problemIn(await world.ask('POST', action, undefined, key('another')));
    expect(problem).toMatchObject({ status: 409, code: 'still_running' });
  });

  test('is not repaired beyond the month, nor when it has no picture', async () => {
    const world = newWorld();
    const { path, first } = await drawn(world, 1, [93, 61], [LOW]);
    world.money.ownCap = 1000;
    const over = await problemIn(await world.ask('POST', `${path}/frames/${first.id}/repair`, undefined, key('k')));
    expect(over).toMatchObject({ status: 409, code: 'budget_exceeded' });
    world.money.ownCap = undefined;
    const [bare] = await addStills(world.stills, TENANT, 1);
    const { id = '', batchId } = bare ?? {};
    await world.stills.close(TENANT, id, {
      state: 'failed',
      best: undefined,
      repairs: 0,
      reason: 'The provider failed.',
    });
    const problem = await problemIn(
      await world.ask('POST', `/v1/stills/${batchId}/frames/${id}/repair`, undefined, key('k')),
    );
    expect(problem).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(world.told).toEqual([]);
  });

  test('is accepted with a reason when it is flagged, and only then', async () => {
    const world = newWorld();
    const { path, first } = await drawn(world, 1, [93, 61], [LOW]);
    const accept = (id: string, body: object) => world.ask('POST', `${path}/frames/${id}/accept`, body);
    expect((await accept(first.id, {})).status).toBe(422);
    const reason = 'He is seen from behind.';
    const still = await read<object>(accept(first.id, { reason }));
    expect(still).toMatchObject({ state: 'passed', accepted: { by: 'key:k1', reason }, findings: [LOW] });
    const good = await drawn(world, 1, [93, 91]);
    const answer = await world.ask('POST', `${good.path}/frames/${good.first.id}/accept`, { reason });
    expect(await problemIn(answer)).toMatchObject({ status: 409, code: 'still_not_flagged' });
    const [open] = await addStills(world.stills, TENANT, 1);
    const running = await world.ask('POST', `/v1/stills/${open?.batchId}/frames/${open?.id}/accept`, { reason });
    expect(await problemIn(running)).toMatchObject({ status: 409, code: 'still_running' });
  });
});

test('the report follows each character over the frames, and names the worst stills and the findings', async () => {
  const world = newWorld();
  const { path, first } = await drawn(world, 1, [93, 61], [LOW]);
  const report = await read<object>(world.ask('GET', `${path}/report`));
  expect(report).toMatchObject({
    state: 'done',
    characters: [
      { name: 'Mara', mean: 93, appearances: [{ number: 1, score: 93 }] },
      { name: 'Jonas', lowest: 61 },
    ],
    worst: [{ stillId: first.id, findings: ['low_likeness'], lowest: 61 }],
    findings: [{ code: 'low_likeness', count: 1 }],
  });
});

describe('the sheet of a batch', () => {
  const sheetOf = async (world: ReturnType<typeof newWorld>, path: string) =>
    world.ask('GET', `${path}/report`, undefined, { accept: 'text/html' });

  test('is one page with the pictures inside, each still with its faces and findings in words', async () => {
    const world = newWorld();
    const { path, first } = await drawn(world, 3, [93, 61], [LOW]);
    const answer = await sheetOf(world, path);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await answer.text();
    const picture = Buffer.from(`720 px of png ${first.number}`).toString('base64');
    expect(page).toContain(`src="data:image/jpeg;base64,${picture}"`);
    expect(page.match(/<article id="still-\d" class="flagged">/g)).toHaveLength(3);
    expect(page).toContain('Mara 93.0');
    expect(page).toContain('<li>Jonas does not look enough like the reference photos.</li>');
    expect(page).toContain('<a href="#still-1">Still 1</a>');
    expect(page.endsWith('</html>\n')).toBe(true);
    expect(page).not.toMatch(/https?:\/\/|<script/);
  });

  test('says which pictures are gone, and takes no text of a user for markup', async () => {
    const world = newWorld();
    const { path, first } = await drawn(world, 1, [93, 61], [LOW]);
    await world.stills.accept(TENANT, first.id, 'key:k1', '<script>alert(1)</script> & more');
    world.rows.objects.clear();
    const page = await (await sheetOf(world, path)).text();
    expect(page).toContain('The picture is not in the storage any more.');
    expect(page).toContain('“&lt;script&gt;alert(1)&lt;/script&gt; &amp; more”');
  });

  test("is nobody else's", async () => {
    const world = newWorld();
    const { path } = await drawn(world, 1, [93, 91]);
    const headers = { accept: 'text/html', authorization: `Bearer ${OTHER_KEY}` };
    expect((await world.ask('GET', `${path}/report`, undefined, headers)).status).toBe(404);
  });
});

describe('the events of a batch', () => {
  test('are each still once, then the batch, then the end', async () => {
    const world = newWorld();
    const { path } = await drawn(world, 2, [90, 88]);
    const stream = await (await world.ask('GET', `${path}/events`)).text();
    expect(stream.match(/^event: \w+$/gm)).toEqual(['event: still', 'event: still', 'event: batch', 'event: end']);
    expect(stream).toContain('data: {"state":"done"}');
  });

  test('go on behind the last one that a client has, and end with 204 when there is none', async () => {
    const world = newWorld();
    const { path, first } = await drawn(world, 2, [90, 61], [LOW]);
    const { revision } = await read<Answer>(world.ask('GET', path));
    const from = (id: number) => world.ask('GET', `${path}/events`, undefined, { 'last-event-id': String(id) });
    expect((await from(revision)).status).toBe(204);
    await world.stills.accept(TENANT, first.id, 'key:k1', 'seen');
    const stream = await (await from(revision)).text();
    expect(stream.match(/^event: \w+$/gm)).toEqual(['event: still', 'event: batch', 'event: end']);
    expect(stream).toContain(`id: ${revision + 1}`);
    expect(stream).toContain('"state":"passed"');
  });
});

const uuid = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
function who(rest: object, digit = 'a') {
  return { characterId: uuid(digit), ...rest };
}
