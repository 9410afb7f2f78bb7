// The round as a whole: what it reached of what it has to reach, and what the number rests on.

import type { ReactNode } from 'react';
import { GATE } from '../../domain/score.ts';
import { texts } from '../texts.ts';
import { ScoreBar } from '../ui/ScoreBar.tsx';
import { Gate, type Scores } from './Gate.tsx';
import { scoreText } from './score-text.ts';
import { olderVersion } from './score-version.ts';
import './RoundSummary.css';

const t = texts.review.summary;

interface RoundSummaryProps {
  scores: Scores;
  strength: number;
  /** What an older version gave the same images. */
  before?: Scores | undefined;
}

export function RoundSummary({ scores, strength, before }: RoundSummaryProps) {
  const older = olderVersion(scores);
  const { mean, worst, scorable, of, heldOut, copies = 0 } = scores;
  return (
    <section className="lk-summary" aria-label={t.label}>
      <div className="lk-summary-mean">
        <p className="lk-soft lk-small">{t.mean}</p>
        <p className="lk-summary-number lk-numbers">{mean === undefined ? t.none : scoreText(mean)}</p>
        {mean === undefined || older !== undefined ? null : (
          <ScoreBar label={texts.review.score(GATE.mean)} score={mean} target={GATE.mean} />
        )}
        <p className="lk-soft lk-small lk-summary-target">
          {older === undefined ? texts.review.target(GATE.mean) : texts.review.older.short(older)}
        </p>
        {before?.mean === undefined ? null : (
          <p className="lk-soft lk-small lk-numbers">
            {texts.review.older.before(before.calibration, scoreText(before.mean))}
          </p>
        )}
      </div>
      <div className="lk-summary-rest">
        <Gate scores={scores} />
        <dl className="lk-facts">
          {worst === undefined ? null : <Fact name={t.worst}>{scoreText(worst)}</Fact>}
          <Fact name={t.scored}>{t.scoredOf(scorable, of)}</Fact>
          {heldOut?.mean === undefined ? null : <Fact name={t.heldOut}>{scoreText(heldOut.mean)}</Fact>}
          <Fact name={t.copies}>{copies === 0 ? t.none : copies}</Fact>
          <Fact name={t.strength}>{strength}</Fact>
        </dl>
      </div>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="lk-numbers">{children}</dd>
    </div>
  );
}
