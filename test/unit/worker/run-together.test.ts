import { expect, test } from 'vitest';
import { runTogether } from '../../../worker/run-together.ts';

type State = ReturnType<Parameters<typeof runTogether>[0][number]['getState']>;

/** A worker that runs until it is stopped, or until it fails. */
function fakeWorker() {
  let state: State = 'INITIALIZED';
  let end: { resolve(): void; reject(error: Error): void } | undefined;
  return {
    getState: () => state,
    run: () => {
      state = 'RUNNING';
      return new Promise<void>((resolve, reject) => {
        end = { resolve, reject };
      });
    },
    shutdown: () => {
      state = 'STOPPED';
      end?.resolve();
    },
    fail: (error: Error) => {
      state = 'FAILED';
      end?.reject(error);
    },
    /** As the SDK's: it has failed, and its run does not end. */
    hang: () => {
      state = 'STOPPING';
    },
  };
}

test('when one fails the others are stopped, and its error is told', async () => {
  const [first, second] = [fakeWorker(), fakeWorker()];
  const { ended } = runTogether([first, second]);
  first.fail(new Error('no such namespace'));
  await expect(ended).rejects.toThrow('no such namespace');
  expect(second.getState()).toBe('STOPPED');
});

test('one that has failed and does not end is noticed all the same', async () => {
  const [first, second] = [fakeWorker(), fakeWorker()];
  const { ended } = runTogether([first, second], 10);
  first.hang();
  await expect(ended).rejects.toThrow('stopped by itself');
  expect(second.getState()).toBe('STOPPED');
});

test('all that are told to stop end well', async () => {
  const { ended, stop } = runTogether([fakeWorker(), fakeWorker()]);
  stop();
  await ended;
});
