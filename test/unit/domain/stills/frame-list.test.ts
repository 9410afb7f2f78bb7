// A storyboard as text, and what is said of it.

import { describe, expect, it } from 'vitest';
import { readFrameList } from '../../../../domain/stills/frame-list.ts';

const promptsOf = (text: string) => readFrameList(text).frames.map(({ prompt }) => prompt);

describe('a list of prompts', () => {
  it('is a frame for each line that is not empty, however lines end', () => {
    expect(promptsOf('Mara waits\r\n\r\n  Jonas comes \rThey talk\n')).toEqual([
      'Mara waits',
      'Jonas comes',
      'They talk',
    ]);
    expect(promptsOf('')).toEqual([]);
  });

  it('keeps commas and quotes of sentences', () => {
    const text = 'Mara, tired, says "no"\nThe prompt, she thinks, is wrong';
    expect(promptsOf(text)).toEqual(text.split('\n'));
  });

  it('says of a prompt that is too long where it is', () => {
    const { problems } = readFrameList(`short\n${'x'.repeat(2001)}`);
    expect(problems).toEqual([{ line: 2, message: 'The prompt has 2001 characters, and 2000 are allowed.' }]);
  });

  it('is refused beyond 500 frames', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, n) => `frame ${n}`).join('\n');
    expect(readFrameList(lines(500)).problems).toEqual([]);
    expect(readFrameList(lines(501)).problems).toEqual([
      { line: 501, message: 'A batch has 500 frames at most, and here are 501. Make two of it.' },
    ]);
  });
});

describe('a table', () => {
  it.each([',', ';', '\t'])('has a column for each field, with %j between them', (delimiter) => {
    const text = [
      ['Frame', 'Prompt', 'Characters', 'Aspect ratio', 'N', 'location', 'seed'],
      ['4-A', '"They argue, at ""home"""', '"Mara, Jonas"', '2.39:1', '2', 'a harbour', '7'],
    ];
    expect(readFrameList(text.map((row) => row.join(delimiter)).join('\n'))).toEqual({
      frames: [
        {
          line: 2,
          frameId: '4-A',
          prompt: 'They argue, at "home"',
          names: ['Mara', 'Jonas'],
          aspectRatio: '2.39:1',
          variants: 2,
          location: 'a harbour',
          seed: 7,
        },
      ],
      unused: [],
      problems: [],
    });
  });

  it('is read with the mark that Excel puts before it', () => {
    expect(promptsOf('\uFEFFframe,prompt\n1,Mara waits')).toEqual(['Mara waits']);
  });

  it('counts the lines of a cell with line breaks', () => {
    const { frames } = readFrameList('frame,prompt\n1,"Mara\nwaits"\n\n2,Jonas comes');
    expect(frames.map(({ line, prompt }) => [line, prompt])).toEqual([
      [2, 'Mara\nwaits'],
      [5, 'Jonas comes'],
    ]);
  });

  it('names the columns that nothing is known of', () => {
    expect(readFrameList('shot,prompt,lens\n1,Mara waits,50').unused).toEqual(['shot', 'lens']);
  });

  it.each([
    ['variants', '9', 'The variants are a number from 1 to 8, and not "9".'],
    ['variants', 'two', 'The variants are a number from 1 to 8, and not "two".'],
    ['seed', '-1', 'The seed is a number from 0 to 4294967295, and not "-1".'],
    ['aspect_ratio', 'wide', 'The aspect ratio is two numbers with a colon, as 16:9, and not "wide".'],
    ['location', 'x'.repeat(201), 'The location has 201 characters, and 200 are allowed.'],
  ])('says of the %s "%s" what is wrong, with the line', (column, cell, message) => {
    expect(readFrameList(`prompt,${column}\nMara waits,${cell}`).problems).toEqual([{ line: 2, message }]);
  });

  it('says where a row has no prompt', () => {
    expect(readFrameList('frame,prompt\n4-A,').problems).toEqual([
      { line: 2, message: 'The prompt is empty. Say what happens.' },
    ]);
  });
});
