// The way of a run as steps: what is done, what goes on and for how long, what is to come.

import type { Identity } from '../../client/index.ts';
import { STAGE_TEXT } from '../../domain/stage.ts';
import { useNow } from '../state/use-now.ts';
import { texts } from '../texts.ts';
import { Icon } from '../ui/Icon.tsx';
import { Spinner } from '../ui/Spinner.tsx';
import { clock } from './clock.ts';
import { STEPS, stepOf } from './steps.ts';
import { TrainingTime } from './TrainingTime.tsx';
import './StageSteps.css';

const t = texts.run;

export function StageSteps({ identity }: { identity: Identity }) {
  const { stage, stageSince, provider, expected: training } = identity;
  const at = stepOf(stage);
  const isReady = stage === 'ready';
  const waits = stage === 'awaiting_approval' || stage === 'needs_operator';
  const now = useNow({ ticks: !isReady });
  const elapsed = now - Date.parse(stageSince);
  const expected = provider === 'sandbox' ? undefined : t.expected[STEPS[at] ?? 'ready'];
  return (
    <ol className="lk-steps" aria-label={t.steps}>
      {STEPS.map((step, index) => {
        const state = index < at || isReady ? 'done' : index === at ? 'current' : 'later';
        return (
          <li key={step} className="lk-step" data-state={state} aria-current={state === 'current' ? 'step' : undefined}>
            <span className="lk-step-sign">
              {state === 'done' ? <Icon name="check" /> : null}
              {state === 'current' ? waits ? <Icon name="clock" /> : <Spinner /> : null}
            </span>
            <div>
              <p className="lk-step-name">
                {t.step[step]} <span className="lk-only-read">({t.state[state]})</span>
              </p>
              {state === 'current' ? (
                <>
                  <p className="lk-soft">{STAGE_TEXT[stage]}</p>
                  {stage === 'training' && training ? (
                    <TrainingTime elapsed={elapsed} expected={training} />
                  ) : (
                    <p className="lk-soft lk-step-time lk-numbers">
                      {t.elapsed(clock(elapsed))}
                      {expected ? ` · ${expected}` : null}
                    </p>
                  )}
                </>
              ) : null}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
