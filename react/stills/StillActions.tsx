// Repair, redraw, accept: what can be done with a still, each with why it can't be done now.

import type { Still } from '../../client/index.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { actionBlocker, type StillAction } from './action-blocker.ts';
import './StillActions.css';

const t = texts.stills;

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
