// How long a training takes and how far it is, as a bar; and a word when it takes longer.

import type { Identity } from '../../client/index.ts';
import { texts } from '../texts.ts';
import { clock } from './clock.ts';
import { durationWords } from './duration-words.ts';
import { trainingProgress } from './training-progress.ts';
import './TrainingTime.css';

const t = texts.run;

interface TrainingTimeProps {
  /** Milliseconds. */
  elapsed: number;
  expected: NonNullable<Identity['expected']>;
}

export function TrainingTime({ elapsed, expected }: TrainingTimeProps) {
  const { share, isLate } = trainingProgress(elapsed, expected);
  const duration = durationWords(expected.trainingSeconds);
  return (
    <div className="lk-training-time">
      <progress className="lk-training-bar" aria-label={t.trainingBar} max={100} value={Math.floor(share * 100)} />
      <p className="lk-step-time lk-numbers">
        {t.elapsed(clock(elapsed))} · {t.trainingTakes[expected.basedOn](duration)}
      </p>
      <p className="lk-step-time" role="status">
        {isLate ? t.trainingLate : null}
      </p>
    </div>
  );
}
