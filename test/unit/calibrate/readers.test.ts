import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examplePhotos } from '../../../bench/calibrate/example-photos.ts';
import { joinSets, type LabelledPhotos, UnusableData } from '../../../bench/calibrate/labelled-photos.ts';
import { readPairList } from '../../../bench/calibrate/pair-list.ts';
import { readPersonFolders } from '../../../bench/calibrate/person-folders.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'likeness-calibrate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function files(...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), 'not looked into');
  }
}

function csv(...lines: string[]): string {
  const file = join(folder, 'pairs.csv');
  writeFileSync(file, lines.join('\r\n'));
  return file;
}

const counted = ({ photos, pairs }: LabelledPhotos) => ({
  photos: photos.length,
  persons: new Set(photos.map((photo) => photo.person)).size,
  same: pairs.filter((pair) => pair.same).length,
  different: pairs.filter((pair) => !pair.same).length,
});

const named = ({ photos, pairs }: LabelledPhotos) =>
  pairs.map(({ a, b, same }) => `${photos[a]?.name} ${same ? '=' : '≠'} ${photos[b]?.name}`);

describe('folders of persons', () => {
  it('make every pair, in the order of the names', () => {
    files('tom/1.jpg', 'mara/b.png', 'mara/a.jpg', 'tom/2.webp', 'tom/.hidden', 'read me.txt');
    const labelled = readPersonFolders(folder);
    expect(named(labelled)).toEqual([
      'mara/a.jpg = mara/b.png',
      'mara/a.jpg ≠ tom/1.jpg',
      'mara/a.jpg ≠ tom/2.webp',
      'mara/b.png ≠ tom/1.jpg',
      'mara/b.png ≠ tom/2.webp',
      'tom/1.jpg = tom/2.webp',
    ]);
    expect(labelled.photos[0]?.file).toBe(join(folder, 'mara', 'a.jpg'));
  });

  it('that are not there are named, and how to lay them out', () => {
    const missing = join(folder, 'missing');
    expect(() => readPersonFolders(missing)).toThrow(UnusableData);
    expect(() => readPersonFolders(missing)).toThrow(
      `${missing} is no folder that can be read. Make one folder a person`,
    );
  });

  it('are asked for when there are none', () => {
    expect(() => readPersonFolders(folder)).toThrow(/has no folder in it\. Make one folder a person/);
    files('photo.jpg');
    expect(() => readPersonFolders(folder)).toThrow(/has no folder in it/);
  });

  it('with one photo or none are named', () => {
    files('mara/1.jpg', 'mara/2.jpg', 'tom/alone.jpg');
    expect(() => readPersonFolders(folder)).toThrow(/tom has only one file, alone\.jpg: .* Add photos/);
    rmSync(join(folder, 'tom', 'alone.jpg'));
    expect(() => readPersonFolders(folder)).toThrow(/tom has no file: /);
  });
});

describe('a list of pairs', () => {
  it('is read with its labels, and chains of pairs make a person', () => {
    files('1.jpg', '2.jpg', 'sub/3.jpg', '4.jpg');
    const file = csv(
      '\uFEFFa,b,same',
      '1.jpg,2.jpg,Yes',
      '4.jpg, sub/3.jpg ,no',
      '',
      'sub/3.jpg,2.jpg,TRUE',
      '1.jpg,4.jpg,0',
    );
    const labelled = readPairList(file);
    expect(named(labelled)).toEqual(['1.jpg = 2.jpg', '4.jpg ≠ sub/3.jpg', 'sub/3.jpg = 2.jpg', '1.jpg ≠ 4.jpg']);
    expect(counted(labelled)).toEqual({ photos: 4, persons: 2, same: 2, different: 2 });
    expect(labelled.photos.find((photo) => photo.name === 'sub/3.jpg')?.file).toBe(join(folder, 'sub', '3.jpg'));
  });

  it.each([
    { lines: ['1.jpg,gone.jpg,yes'], says: /line 2 names .*gone\.jpg, and there is no such file\. Paths are relative/ },
    { lines: ['1.jpg,2.jpg,maybe'], says: /line 2 is not understood: "1\.jpg,2\.jpg,maybe"/ },
    { lines: ['1.jpg,2.jpg'], says: /line 2 is not understood/ },
    { lines: ['1.jpg,2.jpg,yes,really'], says: /line 2 is not understood/ },
    { lines: ['1.jpg,2.jpg,yes', '2.jpg,1.jpg,no'], says: /line 3 repeats line 2/ },
    { lines: ['1.jpg,1.jpg,yes'], says: /line 2: a photo is no pair with itself/ },
    { lines: [], says: /has no pair in it/ },
  ])('says which line is wrong: $lines', ({ lines, says }) => {
    files('1.jpg', '2.jpg');
    const file = csv('a,b,same', ...lines);
    expect(() => readPairList(file)).toThrow(UnusableData);
    expect(() => readPairList(file)).toThrow(says);
  });

  it('without a header is not read with its first pair lost', () => {
    files('1.jpg', '2.jpg');
    expect(() => readPairList(csv('1.jpg,2.jpg,Yes', '1.jpg,2.jpg,no'))).toThrow(
      /first line has to name the three columns/,
    );
  });

  it('that is not there is named', () => {
    expect(() => readPairList(join(folder, 'none.csv'))).toThrow(/none\.csv cannot be read\. Give a CSV file/);
  });
});

it('two sets together make two people of every pair across them', () => {
  // A list of pairs calls its first person 0 too.
  files('0/1.jpg', '0/2.jpg', 'tom/1.jpg', 'tom/2.jpg', '8.jpg', '9.jpg');
  const both = joinSets(readPersonFolders(folder), readPairList(csv('a,b,same', '8.jpg,9.jpg,yes')));
  expect(counted(both)).toEqual({ photos: 6, persons: 3, same: 3, different: 4 + 8 });
  expect(named(both)).toContain('tom/2.jpg ≠ 8.jpg');
});

it('without data there is one man eleven times, and twelve other people', () => {
  expect(counted(examplePhotos())).toEqual({ photos: 23, persons: 13, same: 55, different: 198 });
});
