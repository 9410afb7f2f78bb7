// What is known of one test image, in words: its score with the target, or why there is none, and what was seen on it.

import { GATE } from '../../domain/score.ts';
import { texts } from '../texts.ts';
import { Icon } from '../ui/Icon.tsx';
import { ScoreBar } from '../ui/ScoreBar.tsx';
import { scoreText } from './score-text.ts';
import { isBelowTarget, type Tile } from './tiles.ts';
import './ScoreWords.css';

const t = texts.review;

export function ScoreWords({ tile, isOver = false }: { tile: Tile; isOver?: boolean }) {
  switch (tile.state) {
    case 'scored':
      return (
        <div className="lk-score-words">
          {tile.older === undefined ? (
            <Likeness score={tile.score} />
          ) : (
            <OlderLikeness score={tile.score} version={tile.older} />
          )}
          <BeforeWords tile={tile} />
          {tile.heldOut === undefined ? null : (
            <p className="lk-soft lk-small">{t.heldOutScore(scoreText(tile.heldOut))}</p>
          )}
          <Seen {...tile.seen} />
        </div>
      );
    case 'not_scorable':
      return (
        <div className="lk-score-words">
          <p className="lk-small">{t.notScorable[tile.reason]}</p>
          <BeforeWords tile={tile} />
          <Seen {...tile.seen} />
        </div>
      );
    case 'unscored':
      return <p className="lk-soft lk-small">{isOver ? t.unscored.over : t.unscored.yet}</p>;
    case 'failed':
      return <p className="lk-small">{tile.message}</p>;
    case 'missing':
      return <p className="lk-soft lk-small">{t.missing}</p>;
  }
}

function Likeness({ score }: { score: number }) {
  const below = isBelowTarget(score);
  return (
    <>
      <p className="lk-score-line" data-below={below}>
        <span className="lk-score-number lk-numbers" data-score>
          {scoreText(score)}
        </span>
        <span className="lk-small">{below ? t.below : t.onTarget}</span>
      </p>
      <ScoreBar label={t.score(GATE.mean)} score={score} target={GATE.mean} />
    </>
  );
}

/** The number and its version, and no target. */
function OlderLikeness({ score, version }: { score: number; version: string }) {
  return (
    <>
      <p className="lk-score-line" data-older={version}>
        <span className="lk-score-number lk-numbers" data-score>
          {scoreText(score)}
        </span>
        <span className="lk-small">{t.older.short(version)}</span>
      </p>
      <p className="lk-soft lk-small">{t.older.score(version)}</p>
    </>
  );
}

function BeforeWords({ tile: { before } }: { tile: Extract<Tile, { seen: object }> }) {
  return before ? (
    <p className="lk-soft lk-small lk-numbers">{t.older.before(before.version, scoreText(before.score))}</p>
  ) : null;
}

function Seen({ copyOf, typeFindings = [] }: Extract<Tile, { seen: object }>['seen']) {
  const sentences = [...(copyOf === undefined ? [] : [t.copy]), ...typeFindings.map(({ message }) => message)];
  return sentences.map((sentence) => (
    <p key={sentence} className="lk-seen lk-small">
      <Icon name="alert" />
      <span>{sentence}</span>
    </p>
  ));
}
