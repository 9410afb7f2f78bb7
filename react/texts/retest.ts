// Tests of an identity that is ready already.

import { count } from './count.ts';

const images = (n: number) => count(n, 'image');

export const retest = {
  heading: 'Test again',
  lead: 'New images by the same training, scored like those above. What was approved stays as it is.',
  all: (price: string | undefined) => (price === undefined ? 'All five types.' : `All five types: ${price}.`),
  one: (price: string | undefined) => (price === undefined ? 'One type alone' : `One type alone, ${price} each`),
  waitsForList: 'Not now: it is not known yet whether a test is running.',
  isRunning: (number: number) => `Not now: test ${number} is running.`,
  expected: 'Usually done within a minute.',
  starting: 'Starting the test…',
  progress: (number: number, made: number, of: number) =>
    made < of ? `Test ${number} is running: ${made} of ${images(of)} made.` : `Test ${number} is running: scoring.`,
  waitsForOperator: (number: number) => `Test ${number} waits for an operator: a payment is unclear.`,
  ended: {
    done: (number: number) => `Test ${number} is done.`,
    failed: (number: number) => `Test ${number} could not be finished.`,
    cancelled: (number: number) => `Test ${number} was cancelled.`,
  },
  list: 'Earlier tests',
  loading: 'Loading the earlier tests',
  none: 'Not tested again yet. New tests appear here.',
  lost: 'The tests could not be loaded',
  name: (number: number) => `Test ${number}`,
  state: {
    running: 'Running',
    needs_operator: 'Waits for an operator',
    done: 'Done',
    failed: 'Not finished',
    cancelled: 'Cancelled',
  },
  ago: (span: string) => `${span} ago`,
  mean: (score: string) => `Average similarity ${score}`,
  allTypes: 'All types',
  failed: 'It ended before every image was made and scored. What was made is kept.',
  cancelled: 'Somebody stopped it. What was made is kept.',
  unclear: (n: number) =>
    `${count(n, 'payment')} of this test ${n === 1 ? 'is' : 'are'} unclear: nothing is paid again until it is found, or an operator settles it.`,
  stop: 'Stop test',
  stopOf: (number: number) => `Stop test ${number}`,
  stopSure: 'What was paid is not given back. Stop it?',
  stopYes: 'Stop it',
  stopNo: 'Go on',
  stopping: 'Stopping…',
  stopFailed: 'It could not be stopped',
  show: 'Show images',
  hide: 'Hide images',
  showOf: (number: number) => `Show images of test ${number}`,
  hideOf: (number: number) => `Hide images of test ${number}`,
  making: 'Being made…',
  notMade: 'Not made',
  temporal: 'Temporal',
  temporalOf: (number: number) => `Test ${number} in Temporal`,
};
