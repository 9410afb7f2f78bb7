// Whether a set of images reached its targets, and which it missed.

import type { Identity } from '../../client/types.ts';
import { GATE } from '../../domain/score.ts';
import { texts } from '../texts.ts';
import { Badge } from '../ui/Badge.tsx';
import { olderVersion } from './score-version.ts';
import './Gate.css';

const t = texts.review.summary;

export type Scores = NonNullable<Identity['scores']>;

export function Gate({ scores }: { scores: Scores }) {
  const older = olderVersion(scores);
  if (older !== undefined) {
    const { passed, missed } = texts.review.older;
    return (
      <p>
        <Badge>{scores.passed ? passed(older) : missed(older)}</Badge>
      </p>
    );
  }
  if (scores.passed) {
    return (
      <p>
        <Badge tone="good" icon="check">
          {t.passed}
        </Badge>
      </p>
    );
  }
  const limits = { mean: GATE.mean, worst: GATE.worst, coverage: GATE.scorable };
  return (
    <ul className="lk-gate-missed">
      {scores.missed.map((what) => (
        <li key={what}>
          <Badge tone="warn" icon="alert">
            {t.missed[what](limits[what])}
          </Badge>
        </li>
      ))}
    </ul>
  );
}
