// Labelled frames: how they are read, and how what the check says of them is counted.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countChecks, type LabelledFrame } from '../../../bench/calibrate/frame-checks.ts';
import { readFrameFolder, writeFrameFolder } from '../../../bench/calibrate/frame-folder.ts';
import { UnusableData } from '../../../bench/calibrate/labelled-photos.ts';
import { frameLines } from '../../../bench/calibrate/print-frames.ts';
import type { FrameFace } from '../../../domain/photo.ts';
import { referenceModel } from '../../../domain/reference-model.ts';
import { descriptorAt, face, picture, unreadable } from '../../support/readings.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'likeness-frames-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function files(...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), 'not looked into');
  }
}

const list = (...lines: string[]): void => writeFileSync(join(folder, 'frames.csv'), lines.join('\r\n'));

describe('a folder of frames', () => {
  it('has the references of each character, and who is in each frame', () => {
    files('cast/mara/2.jpg', 'cast/mara/1.jpg', 'cast/tom/a.png', 'cast/.hidden/1.jpg', 'one.png', 'sub/two.png');
    list('\uFEFFfile,names', 'one.png,mara tom  -', '', '"sub/two.png" , "tom"');
    const { cast, frames } = readFrameFolder(folder);
    expect([...cast]).toEqual([
      ['mara', [join(folder, 'cast/mara/1.jpg'), join(folder, 'cast/mara/2.jpg')]],
      ['tom', [join(folder, 'cast/tom/a.png')]],
    ]);
    expect(frames).toEqual([
      { name: 'one.png', file: join(folder, 'one.png'), shown: ['mara', 'tom', '-'] },
      { name: 'sub/two.png', file: join(folder, 'sub/two.png'), shown: ['tom'] },
    ]);
  });

  it('may say who was asked for', () => {
    files('cast/mara/1.jpg', 'cast/tom/1.jpg', 'one.png');
    list('file,names,asked', 'one.png,tom mara,mara tom');
    expect(readFrameFolder(folder).frames[0]).toMatchObject({ shown: ['tom', 'mara'], asked: ['mara', 'tom'] });
  });

  it.each([
    [['file,names', 'one.png'], /line 2 is not understood: "one\.png"/],
    [['file,names', 'one.png,mara,tom,more'], /line 2 is not understood/],
    [['file,names', 'one.png,mara anna'], /line 2 names anna, and cast\/ has no such folder\. It has: mara, tom\./],
    [['file,names', 'gone.png,mara'], /line 2 names gone\.png, and .* has no such file/],
    [['file,names,asked', 'one.png,mara,mara mara'], /line 2: those who were asked for have to be different/],
    [['file,names,asked', 'one.png,mara,mara -'], /line 2: those who were asked for/],
    [['one.png,mara'], /the first line has to name its columns/],
    [['file,names,asked,more', 'one.png,mara,mara,x'], /the first line has to name its columns/],
    [['file,names', ''], /has no frame in it\. The first line is file,names/],
  ])('says what is wrong with its list: %j', (lines, says) => {
    files('cast/mara/1.jpg', 'cast/tom/1.jpg', 'one.png');
    list(...lines);
    expect(() => readFrameFolder(folder)).toThrow(UnusableData);
    expect(() => readFrameFolder(folder)).toThrow(says);
  });

  it('says what is missing', () => {
    expect(() => readFrameFolder(folder)).toThrow(
      /cast is no folder that can be read\. Make a folder for each character/,
    );
    mkdirSync(join(folder, 'cast'));
    expect(() => readFrameFolder(folder)).toThrow(/cast has no folder in it/);
    mkdirSync(join(folder, 'cast', 'mara'));
    expect(() => readFrameFolder(folder)).toThrow(/mara has no photo in it/);
    files('cast/mara/1.jpg');
    expect(() => readFrameFolder(folder)).toThrow(/frames\.csv cannot be read\. The first line is file,names/);
    files('cast/mara b/1.jpg');
    expect(() => readFrameFolder(folder)).toThrow(/mara b: a name has no space/);
  });

  it('that was written is read as it was made', async () => {
    const people = ['mara', 'tom'].map((name) => ({ name, references: [Buffer.from(name)], shots: [] }));
    async function* frames() {
      yield { name: '1.jpg', asked: ['mara', 'tom'], shown: ['tom', '-'], jpeg: Buffer.from('frame') };
    }
    expect(await writeFrameFolder(folder, people, frames())).toBe(1);
    const read = readFrameFolder(folder);
    expect(read.frames).toMatchObject([{ name: '1.jpg', asked: ['mara', 'tom'], shown: ['tom', '-'] }]);
    expect(readFileSync(read.cast.get('tom')?.[0] ?? '', 'utf8')).toBe('tom');
  });
});

describe('what the check says is counted', () => {
  const PEOPLE = ['mara', 'tom', 'anna'];
  const faceOf = (axis: number): FrameFace => face({ width: 100, descriptor: descriptorAt(axis, 1) });
  const people = new Map(
    PEOPLE.map((name, axis) => {
      const reading = face({ descriptor: descriptorAt(axis, 1) });
      return [name, referenceModel([{ photoId: name, picture: picture({ faces: [reading] }), face: reading }])];
    }),
  );
  /** The faces that are there, by their axes from left to right. */
  const frame = (axes: number[], labels: Pick<LabelledFrame, 'shown' | 'asked'>): LabelledFrame => ({
    name: 'frame.png',
    ...labels,
    reading: {
      readable: true,
      width: 1000,
      height: 500,
      faces: axes.map((axis, i) => ({ ...faceOf(axis), box: { x: 150 * i, y: 100, width: 100, height: 130 } })),
    },
  });
  const [MARA, TOM, ANNA, NOBODY] = [0, 1, 2, 9] as const;

  it('right, and each fault by its name', () => {
    const report = countChecks(
      [
        frame([MARA, TOM], { shown: ['mara', 'tom'], asked: ['mara', 'tom'] }),
        frame([TOM, MARA], { shown: ['tom', 'mara'], asked: ['mara', 'tom'] }),
        frame([MARA, NOBODY], { shown: ['mara', '-'], asked: ['mara', 'tom'] }),
        frame([MARA, MARA], { shown: ['mara', 'mara'], asked: ['mara'] }),
        frame([MARA, ANNA], { shown: ['mara', 'anna'], asked: ['mara'] }),
      ],
      people,
    );
    expect(report).toMatchObject({
      frames: 5,
      checks: 5,
      left: [],
      silent: 0,
      errors: [],
      cast: { faces: 9, right: 9, wrong: 0, open: 0 },
      strangers: { faces: 1, told: 1, open: 0, taken: 0 },
    });
    expect(report.findings).toMatchObject({
      swapped: { expected: 2, hits: 2, falseAlarms: 0 },
      missing_character: { expected: 1, hits: 1, falseAlarms: 0 },
      extra_person: { expected: 1, hits: 1, falseAlarms: 0 },
      duplicate_character: { expected: 1, hits: 1, falseAlarms: 0 },
      off_screen_person: { expected: 1, hits: 1, falseAlarms: 0 },
      blended: { expected: 0, hits: 0, falseAlarms: 0 },
    });
  });

  it('wrong, when the labels say another name than the face', () => {
    const report = countChecks(
      [
        frame([TOM, MARA], { shown: ['mara', '-'], asked: ['mara', 'tom'] }),
        frame([MARA, TOM], { shown: ['mara', 'mara'], asked: ['mara', 'tom'] }),
      ],
      people,
    );
    expect(report.cast).toEqual({ faces: 3, right: 1, wrong: 2, open: 0 });
    expect(report.strangers).toEqual({ faces: 1, told: 0, open: 0, taken: 1 });
    expect(report.errors[1]).toBe('frame.png: face 2, somebody else, is taken for mara');
    expect(report.findings.swapped).toEqual({ expected: 0, hits: 0, falseAlarms: 2 });
    expect(report.findings.extra_person).toEqual({ expected: 1, hits: 0, falseAlarms: 0 });
    expect(report.silent).toBe(1);
  });

  it('a frame without a cast is also checked in another order, with one less and with one more', () => {
    const report = countChecks([frame([MARA, TOM], { shown: ['mara', 'tom'] })], people);
    expect(report.checks).toBe(4);
    expect(report.cast.faces).toBe(2);
    expect(report.findings).toMatchObject({
      swapped: { expected: 2, hits: 2 },
      off_screen_person: { expected: 1, hits: 1 },
      missing_character: { expected: 1, hits: 1 },
    });
  });

  it('a frame with another number of faces than names is left out, with the reason', () => {
    const broken: LabelledFrame = { name: 'broken.png', shown: ['mara'], reading: unreadable('corrupt') };
    const report = countChecks([frame([MARA], { shown: ['mara', 'tom'] }), broken], people);
    expect(report.left).toEqual([
      { name: 'frame.png', reason: '1 faces, and 2 names' },
      { name: 'broken.png', reason: 'unreadable (corrupt)' },
    ]);
    expect(report).toMatchObject({ checks: 0, cast: { faces: 0 } });
  });

  it('and printed', () => {
    const report = countChecks([frame([MARA, NOBODY], { shown: ['mara', '-'], asked: ['mara', 'tom'] })], people);
    const lines = frameLines({ ...report, people: [{ name: 'mara', references: 3 }], cpuPerFace: 99.6 });
    expect(lines).toContain('cast: mara (3)');
    expect(lines).toContain('  assigned right   1 of 1, 100.0 %');
    expect(lines).toContain('  taken for cast   0 of 1, 0.0 %');
    expect(lines).toContain('missing_character    1 of 1  0');
    expect(lines).toContain('CPU a face: 100 ms (median)');
  });
});
