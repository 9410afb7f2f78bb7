// Repair, redraw, accept: what can be done with a still, each with why it can't be done now.

import type { Still } from '../../client/index.ts';
import { isStillEnd } from '../../domain/stills/still.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import './StillActions.css';

const t = texts.stills;

export type StillAction = 'repair' | 'redraw' | 'accept';

/** Why an action is not for this still, as a sentence; undefined when it is. */
export function actionBlocker({ state, best }: Pick<Still, 'state' | 'best'>, action: StillAction): string | undefined {
  if (!isStillEnd(state)) return t.notNow.running;
  if (action === 'repair' && best === undefined) return t.notNow.noPicture;
  if (action === 'accept' && state !== 'flagged') return t.notNow.notFlagged;
  return undefined;
}

const ACTIONS = [
  ['repair', 'R'],
  ['redraw', 'D'],
  ['accept', 'A'],
] as const;

export function StillActions({ still, onAct }: { still: Still; onAct: (action: StillAction) => void }) {
  return (
    <fieldset className="lk-still-actions">
      <legend className="lk-only-read">{t.actions}</legend>
      {ACTIONS.map(([action, key]) => {
        const blocker = actionBlocker(still, action);
        return (
          <Button
            key={action}
            inactive={blocker !== undefined}
            title={blocker}
            aria-keyshortcuts={key}
            onClick={() => onAct(action)}
          >
            {t.action[action]}
          </Button>
        );
      })}
    </fieldset>
  );
}
