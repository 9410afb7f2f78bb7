// What a person can do with a still now. Pure, so that it is tested without a page.

import type { Still } from '../../client/index.ts';
import { isStillEnd } from '../../domain/stills/still.ts';
import { texts } from '../texts.ts';

export type StillAction = 'repair' | 'redraw' | 'accept';

/** Why an action is not for this still, as a sentence; undefined when it is. */
export function actionBlocker({ state, best }: Pick<Still, 'state' | 'best'>, action: StillAction): string | undefined {
  const t = texts.stills.notNow;
  if (!isStillEnd(state)) return t.running;
  if (action === 'repair' && best === undefined) return t.noPicture;
  if (action === 'accept' && state !== 'flagged') return t.notFlagged;
  return undefined;
}
