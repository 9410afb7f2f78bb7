import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blobHash, fetchPhotos, requireMost } from '../../../bench/calibrate/fetch-photos.ts';
import { UnusableData } from '../../../bench/calibrate/labelled-photos.ts';
import { labelledPublicPhotos, type PublicPhoto, readPublicSet } from '../../../bench/calibrate/public-photos.ts';
import { partOf, split } from '../../../bench/calibrate/split.ts';

const COMMIT = 'c'.repeat(40);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'likeness-public-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the manifest of public photos', () => {
  const set = readPublicSet();

  it('names the repository, the commit and the licence of every source', () => {
    expect(set.sources.length).toBeGreaterThan(10);
    for (const source of set.sources) {
      expect(source.commit).toMatch(/^[0-9a-f]{40}$/);
      expect(source.licence).not.toBe('');
    }
  });

  it('has enough people of every origin, of both sexes, with at least two photos each', () => {
    const people = Object.values(set.people);
    const of = (group: string) => people.filter((person) => person.group === group).length;
    expect(people.length).toBeGreaterThan(450);
    for (const group of ['black', 'east_asian', 'latino', 'middle_eastern', 'south_asian', 'white'])
      expect(of(group), group).toBeGreaterThan(40);
    expect(people.filter(({ sex }) => sex === 'f').length).toBeGreaterThan(150);
    const photos = new Map<string, number>();
    for (const { person } of set.photos) photos.set(person, (photos.get(person) ?? 0) + 1);
    expect([...photos].filter(([, count]) => count < 2).map(([person]) => person)).toEqual(['surakait_sathirathai']);
  });

  it('names no photo twice, and leaves out what is excluded, with its reason', () => {
    expect(new Set(set.photos.map(({ blob }) => blob)).size).toBe(set.photos.length);
    expect(set.excluded.length).toBeGreaterThan(0);
    for (const { name, reason } of set.excluded) {
      expect(reason).not.toBe('');
      expect(set.photos.map((photo) => photo.name)).not.toContain(name);
    }
  });

  it('makes one person of the photos that several sources have of somebody', () => {
    const sources = set.photos.filter(({ person }) => person === 'joyce_beatty').map(({ repo }) => repo);
    expect(new Set(sources).size).toBeGreaterThan(1);
  });

  it('with a name that nobody is labelled as, or an exclusion of nothing, is refused', () => {
    const source = {
      repo: 'a/b',
      commit: COMMIT,
      licence: 'MIT',
      licenceStated: 'LICENSE',
      labels: 'by hand',
      root: '',
    };
    writeFileSync(join(folder, 'people.json'), JSON.stringify({ ann: { group: 'white', sex: 'f' } }));
    const write = (more: object) => writeFileSync(join(folder, 's.json'), JSON.stringify({ ...source, ...more }));
    write({ photos: { bob: { '1.jpg': COMMIT } } });
    expect(() => readPublicSet(folder)).toThrow(/s\.json names bob, who is not in people\.json/);
    write({ photos: { ann: { '1.jpg': COMMIT } }, excluded: { '2.jpg': 'a drawing' } });
    expect(() => readPublicSet(folder)).toThrow(/s\.json excludes 2\.jpg, which it does not have/);
  });

  it('makes no pair of one person out of one session', () => {
    const files = new Map(set.photos.map(({ blob }) => [blob, blob]));
    const { photos, pairs } = labelledPublicPhotos(set, files);
    const inOneSession = photos.flatMap(({ labels }, place) => (labels?.oneSession ? [place] : []));
    expect(inOneSession.length).toBeGreaterThan(50);
    expect(pairs.filter(({ a, same }) => same && inOneSession.includes(a))).toEqual([]);
  });
});

describe('the split into people to fit on and people to check on', () => {
  it('has nobody in both parts, and is the same in every run', () => {
    const people = Object.keys(readPublicSet().people);
    const fit = people.filter((person) => partOf(person) === 'fit');
    expect(fit.length / people.length).toBeGreaterThan(0.28);
    expect(fit.length / people.length).toBeLessThan(0.39);
    expect([partOf('joyce_beatty'), partOf('abdullah_gul'), partOf('jackie_chan')]).toEqual(['check', 'fit', 'check']);
  });

  it('drops the pairs across the parts', () => {
    const photos = Array.from({ length: 40 }, (_, i) => ({ name: `${i}`, file: '', person: `person ${i}` }));
    const pairs = photos.flatMap((_, a) => photos.slice(a + 1).map((__, i) => ({ a, b: a + 1 + i, same: false })));
    const { parts, pairs: kept } = split({ photos, pairs });
    expect(new Set(parts).size).toBe(2);
    expect(kept.every(({ a, b }) => parts[a] === parts[b])).toBe(true);
    expect(kept.length).toBeLessThan(pairs.length);
  });

  it('leaves everybody to check on when there are too few to fit on', () => {
    const photos = Array.from({ length: 29 }, (_, i) => ({ name: `${i}`, file: '', person: `person ${i}` }));
    expect(new Set(split({ photos, pairs: [] }).parts)).toEqual(new Set(['check']));
  });
});

describe('fetching the public photos', () => {
  let server: Server;
  let base: string;
  let asked: string[];
  /** What the server says to a path: bytes, a status, or both in turn. */
  let answers: Map<string, (Buffer | number)[]>;

  beforeEach(async () => {
    asked = [];
    answers = new Map();
    server = createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? '');
      asked.push(path);
      const all = answers.get(path) ?? [404];
      const answer = all.length > 1 ? all.shift() : all[0];
      if (typeof answer === 'number') response.writeHead(answer).end('no');
      else response.end(answer);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise((done) => server.close(done)));

  const photoOf = (path: string, bytes: Buffer): PublicPhoto => ({
    name: path,
    person: 'ann',
    repo: 'some/set',
    commit: COMMIT,
    path,
    blob: createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex'),
  });
  const serve = (path: string, ...all: (Buffer | number)[]) => answers.set(`/some/set/${COMMIT}/${path}`, all);
  const run = (photos: PublicPhoto[]) => fetchPhotos(photos, { folder, base, say: () => undefined, retryMs: 1 });

  it('gives Git its own name for a file', () => {
    // `printf 'hello\n' | git hash-object --stdin`
    expect(blobHash(Buffer.from('hello\n'))).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
  });

  it('asks for what is missing only, at the address of its commit, and keeps it by its hash', async () => {
    const [one, two] = [Buffer.from('one'), Buffer.from('two')];
    const photos = [photoOf('a folder/1 #.JPG', one), photoOf('2.png', two)];
    serve('a folder/1 #.JPG', one);
    const first = await run(photos);
    expect(first).toMatchObject({ came: 1, missing: [{ name: '2.png', reason: 'answered 404' }] });
    serve('2.png', two);
    asked = [];
    const second = await run(photos);
    expect(asked).toEqual([`/some/set/${COMMIT}/2.png`]);
    expect(second).toMatchObject({ came: 1, missing: [] });
    expect(photos.map(({ blob }) => readFileSync(second.files.get(blob) ?? '', 'utf8'))).toEqual(['one', 'two']);
    asked = [];
    expect(await run(photos)).toMatchObject({ came: 0, missing: [] });
    expect(asked).toEqual([]);
  });

  it('refuses another file than the one that was labelled, and leaves nothing of it', async () => {
    const photos = [photoOf('1.jpg', Buffer.from('labelled'))];
    serve('1.jpg', Buffer.from('something else'));
    const fetched = await run(photos);
    expect(fetched.missing).toMatchObject([{ reason: 'another file came than the one that was labelled' }]);
    expect(fetched.files.size).toBe(0);
    expect(readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())).toEqual([]);
  });

  it('fetches again what was damaged in the cache', async () => {
    const photo = photoOf('1.jpg', Buffer.from('whole'));
    mkdirSync(join(folder, photo.blob.slice(0, 2)), { recursive: true });
    writeFileSync(join(folder, photo.blob.slice(0, 2), `${photo.blob}.jpg`), 'who');
    serve('1.jpg', Buffer.from('whole'));
    expect(await run([photo])).toMatchObject({ came: 1, missing: [] });
  });

  it('tries again what may pass, and not what will not', async () => {
    const bytes = Buffer.from('late');
    serve('1.jpg', 503, 429, bytes);
    serve('2.jpg', 404, bytes);
    const fetched = await run([photoOf('1.jpg', bytes), photoOf('2.jpg', Buffer.from('other'))]);
    expect(fetched.missing).toMatchObject([{ name: '2.jpg', reason: 'answered 404' }]);
    expect(asked.filter((path) => path.endsWith('1.jpg'))).toHaveLength(3);
  });

  it('takes no more than a photo can have', async () => {
    const large = Buffer.alloc(10_000_001);
    serve('1.jpg', large);
    expect((await run([photoOf('1.jpg', large)])).missing).toMatchObject([{ reason: 'more than 10 MB' }]);
  });

  it('gives up where nothing can be had, and refuses to measure on too little', async () => {
    const photos = Array.from({ length: 100 }, (_, i) => photoOf(`${i}.jpg`, Buffer.from(`${i}`)));
    const fetched = await run(photos);
    expect(fetched.missing).toHaveLength(100);
    expect(asked.length).toBeLessThan(40);
    expect(() => requireMost(fetched, photos)).toThrow(UnusableData);
    expect(() => requireMost(fetched, photos)).toThrow(/100 of 100 photos could not be had.*--mirror URL/);
    expect(() => requireMost({ ...fetched, missing: fetched.missing.slice(0, 10) }, photos)).not.toThrow();
  });
});
