// A workflow whose one Update is never answered.

import { condition, defineUpdate, setHandler } from '@temporalio/workflow';
import { handlersFinished } from '../../workflows/handlers-finished.ts';

export const ask = defineUpdate<void>('ask');

export async function unanswered(): Promise<string> {
  let isAsked = false;
  setHandler(ask, async () => {
    isAsked = true;
    await condition(() => false);
  });
  await condition(() => isAsked);
  await handlersFinished('1s');
  return 'ended all the same';
}
