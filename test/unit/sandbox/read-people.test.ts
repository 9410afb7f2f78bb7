import { describe, expect, it } from 'vitest';
import { readPeople } from '../../../sandbox/models/read-people.ts';

/** `lka` and `lkb` are trigger words; a dash is somebody without one. */
const read = (prompt: string, triggers = ['lka', 'lkb']) =>
  readPeople(prompt, triggers).map(({ trigger }) => (trigger === undefined ? '-' : triggers[trigger]));

describe('the people of a prompt, from left to right', () => {
  it.each([
    ['professional headshot of lka, smiling', ['lka']],
    ['a photo of lka, a person', ['lka']],
    ['full body photo of lka woman, standing', ['lka']],
    ['a street at night', []],
    ['a woman reads a book', ['-']],
    ['lka woman talks to lkb man', ['lka', 'lkb']],
    ['lkb man talks to lka woman', ['lkb', 'lka']],
    ['lka woman and a man in a kitchen', ['lka', '-']],
    ['a tall old man and lka woman in a kitchen', ['-', 'lka']],
    ['lka woman on the right, a man on the left', ['-', 'lka']],
    ['On the right lka woman, on the left a man', ['-', 'lka']],
    ['lka woman on the right, a man in the middle, a girl on the left', ['-', '-', 'lka']],
    ['a man in the middle, lka woman on the right, lkb man on the left', ['lkb', '-', 'lka']],
    ['from left to right: a woman, lka man, a boy', ['-', 'lka', '-']],
    ['from left to right: lka, a man, lkb', ['lka', '-', 'lkb']],
    ['three women at a table, lka man stands behind them', ['-', '-', '-', 'lka']],
    ['two people talking: lka woman and lkb man', ['lka', 'lkb']],
    ['two people at a bar, one is lka woman', ['lka', '-']],
    ['lka woman enters. Later lka laughs', ['lka']],
    ["a man's coat lies beside lka woman", ['lka']],
    ['lkafoo and xlkb are other words', []],
  ])('%s', (prompt, people) => {
    expect(read(prompt)).toEqual(people);
  });

  it('have their class nouns, and the pictures that show them', () => {
    expect(readPeople('lka woman and three tall men', ['lka'])).toEqual([
      { trigger: 0, noun: 'woman' },
      ...Array(3).fill({ noun: 'man' }),
    ]);
    expect(readPeople('lka woman from image 2 on the right, the man from image 1 on the left', ['lka'], 2)).toEqual([
      { image: 1, noun: 'man' },
      { trigger: 0, image: 2, noun: 'woman' },
    ]);
    expect(readPeople('image 1 and image 2 in the style of image 3', [], 2)).toEqual([{ image: 1 }, { image: 2 }]);
  });

  it('are named anew without being counted again', () => {
    const prompt = 'lka woman meets a man, from left to right: the woman, the man';
    expect(read(prompt)).toEqual(['lka', '-']);
  });

  it('are only those whose words were given', () => {
    expect(read('lka woman and a man', [])).toEqual(['-']);
    expect(read('tok.* and a man', ['tok.*'])).toEqual(['tok.*', '-']);
  });
});
