// A storyboard as text: a prompt on each line, or a table (CSV) with a column for each field. What cannot be used is
// said with its line.

import { textProblem } from '../text.ts';
import { csvRows } from './csv.ts';
import { MAX_SEED, PROMPT_LIMITS, STILL_LIMITS } from './limits.ts';

export interface ListedFrame {
  /** Where it is in the text, counted from 1. */
  line: number;
  prompt: string;
  frameId?: string;
  /** From left to right, by their names; undefined: those whom the prompt names. */
  names?: string[];
  aspectRatio?: string;
  variants?: number;
  location?: string;
  seed?: number;
}

export interface FrameList {
  frames: ListedFrame[];
  /** Columns that no field is known for, as they are written. */
  unused: string[];
  problems: { line: number; message: string }[];
}

type Column = keyof Omit<ListedFrame, 'line'>;

/** Headings in small letters, without spaces and signs. */
const COLUMNS: Readonly<Record<string, Column>> = {
  prompt: 'prompt',
  description: 'prompt',
  frame: 'frameId',
  frameid: 'frameId',
  characters: 'names',
  aspectratio: 'aspectRatio',
  variants: 'variants',
  n: 'variants',
  location: 'location',
  seed: 'seed',
};
const DELIMITERS = [',', ';', '\t'];
const BETWEEN_NAMES = /[;,|]/;
const ASPECT_RATIO = /^\d{1,4}(\.\d{1,4})?:\d{1,4}(\.\d{1,4})?$/;
const MAX_FRAME_ID = 200;

export function readFrameList(text: string): FrameList {
  const plain = text.replace(/^\uFEFF/, '');
  const list = tableOf(plain) ?? linesOf(plain);
  const { frames, problems } = list;
  if (frames.length > STILL_LIMITS.frames) {
    const { line } = frames[STILL_LIMITS.frames] ?? { line: 1 };
    const message = `A batch has ${STILL_LIMITS.frames} frames at most, and here are ${frames.length}. Make two of it.`;
    problems.push({ line, message });
  }
  for (const frame of frames) {
    const { line, prompt, location = '', frameId = '' } = frame;
    const told = [
      problemOf('prompt', prompt, PROMPT_LIMITS.prompt),
      problemOf('location', location, PROMPT_LIMITS.location),
      problemOf('name of the frame', frameId, MAX_FRAME_ID),
    ];
    for (const message of told) if (message !== undefined) problems.push({ line, message });
  }
  return list;
}

function linesOf(text: string): FrameList {
  const frames = text
    .split(/\r\n?|\n/)
    .map((prompt, index) => ({ line: index + 1, prompt: prompt.trim() }))
    .filter(({ prompt }) => prompt !== '');
  return { frames, unused: [], problems: [] };
}

/** Undefined where the first line is no heading of a table: one with a column for the prompt, and another column. */
function tableOf(text: string): FrameList | undefined {
  for (const delimiter of DELIMITERS) {
    const [head, ...rows] = csvRows(text, delimiter);
    const columns = head?.cells.map((cell) => COLUMNS[cell.toLowerCase().replace(/[\s_-]/g, '')]) ?? [];
    if (columns.length < 2 || !columns.includes('prompt')) continue;
    const list: FrameList = { frames: [], unused: [], problems: [] };
    head?.cells.forEach((cell, index) => {
      if (columns[index] === undefined && cell !== '') list.unused.push(cell);
    });
    for (const { line, cells } of rows) {
      const frame: ListedFrame = { line, prompt: '' };
      columns.forEach((column, index) => {
        const cell = cells[index] ?? '';
        if (column === undefined || cell === '') return;
        const message = fill(frame, column, cell);
        if (message !== undefined) list.problems.push({ line, message });
      });
      if (frame.prompt === '') list.problems.push({ line, message: 'The prompt is empty. Say what happens.' });
      list.frames.push(frame);
    }
    return list;
  }
  return undefined;
}

/** Puts a cell into its field; answers why it can't, as a sentence. */
function fill(frame: ListedFrame, column: Column, cell: string): string | undefined {
  switch (column) {
    case 'names': {
      frame.names = cell.split(BETWEEN_NAMES).flatMap((name) => name.trim() || []);
      return undefined;
    }
    case 'variants':
      frame.variants = Number(cell);
      return isWhole(cell, 1, STILL_LIMITS.variants)
        ? undefined
        : `The variants are a number from 1 to ${STILL_LIMITS.variants}, and not "${cell}".`;
    case 'seed':
      frame.seed = Number(cell);
      return isWhole(cell, 0, MAX_SEED) ? undefined : `The seed is a number from 0 to ${MAX_SEED}, and not "${cell}".`;
    case 'aspectRatio':
      frame.aspectRatio = cell;
      return ASPECT_RATIO.test(cell)
        ? undefined
        : `The aspect ratio is two numbers with a colon, as 16:9, and not "${cell}".`;
    default:
      frame[column] = cell;
      return undefined;
  }
}

const isWhole = (cell: string, least: number, most: number): boolean =>
  /^\d{1,10}$/.test(cell) && Number(cell) >= least && Number(cell) <= most;

function problemOf(what: string, text: string, max: number): string | undefined {
  const problem = textProblem(text, { lines: true });
  if (problem !== undefined) return `The ${what} ${problem}.`;
  const { length } = [...text];
  return length > max ? `The ${what} has ${length} characters, and ${max} are allowed.` : undefined;
}
