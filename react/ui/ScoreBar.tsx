// A score of 0 to 100 as a bar, with a line at the target.

import type { CSSProperties } from 'react';
import './ScoreBar.css';

interface ScoreBarProps {
  /** What the score is of, for screen readers. */
  label: string;
  score: number;
  target: number;
}

export function ScoreBar({ label, score, target }: ScoreBarProps) {
  const places = { '--lk-score': `${score}%`, '--lk-target': `${target}%` } as CSSProperties;
  return (
    <div className="lk-score-bar" data-reached={score >= target} style={places}>
      <meter className="lk-only-read" aria-label={label} min={0} max={100} value={Math.round(score * 10) / 10} />
      <span className="lk-score-bar-fill" />
      <span className="lk-score-bar-target" />
    </div>
  );
}
