// One test on request: its number, when, what came of it, and its images.

import { useId, useState } from 'react';
import type { IdentityTest, Rescore } from '../../client/types.ts';
import { TEST_TYPES, type TestType } from '../../domain/test-suite.ts';
import { FullView } from '../review/FullView.tsx';
import { Gate } from '../review/Gate.tsx';
import { KeyScope } from '../review/KeyScope.tsx';
import type { ReferencePhoto } from '../review/references.ts';
import { scoreText } from '../review/score-text.ts';
import { anewOf, olderVersion } from '../review/score-version.ts';
import { TestTile } from '../review/TestTile.tsx';
import { hasPicture } from '../review/tiles.ts';
import { sinceWords } from '../review/time-words.ts';
import { usePictureFocus } from '../review/use-picture-focus.ts';
import { isRunning } from '../state/use-tests.ts';
import { texts } from '../texts.ts';
import { Badge, type Tone } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { LinkButton } from '../ui/LinkButton.tsx';
import { Notice } from '../ui/Notice.tsx';
import { EmptyTile } from './EmptyTile.tsx';
import { StopTest } from './StopTest.tsx';
import { testTiles, typeWords } from './standing.ts';
import './PastTest.css';

const t = texts.retest;

const TONES = {
  running: 'accent',
  needs_operator: 'warn',
  done: 'good',
  failed: 'bad',
  cancelled: 'neutral',
} as const satisfies Record<IdentityTest['state'], Tone>;

interface PastTestProps {
  test: IdentityTest;
  references: readonly ReferencePhoto[];
  /** What the newest version made of images that an older one scored. */
  rescore: Rescore | undefined;
  /** Whether its images are shown at first. */
  startsOpen: boolean;
  now: number;
}

export function PastTest({ test, references, rescore, startsOpen, now }: PastTestProps) {
  const { identityId, number, state, createdAt, unclearCalls, closeReason, links } = test;
  const scores = test.scores && (anewOf(test.images, rescore)?.scores ?? test.scores);
  const older = olderVersion(scores);
  const [isOpen, setOpen] = useState(startsOpen);
  const images = useId();
  return (
    <li className="lk-past" data-test={number}>
      <header className="lk-past-head">
        <h4>{t.name(number)}</h4>
        <Badge tone={TONES[state]} busy={state === 'running'}>
          {t.state[state]}
        </Badge>
        <p className="lk-soft lk-small lk-numbers">
          {typeWords(test)} · <time dateTime={createdAt}>{t.ago(sinceWords(createdAt, now))}</time>
        </p>
        <div className="lk-past-ways">
          {isRunning(test) ? <StopTest identityId={identityId} number={number} /> : null}
          {links.temporal ? (
            <LinkButton href={links.temporal} size="small" look="quiet" outside aria-label={t.temporalOf(number)}>
              {t.temporal}
            </LinkButton>
          ) : null}
          <Button
            size="small"
            aria-expanded={isOpen}
            aria-controls={images}
            aria-label={isOpen ? t.hideOf(number) : t.showOf(number)}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? t.hide : t.show}
          </Button>
        </div>
      </header>
      {scores ? (
        <div className="lk-past-scores">
          {scores.mean === undefined ? null : (
            <p className="lk-numbers">
              {t.mean(scoreText(scores.mean))}
              {older === undefined ? null : <span className="lk-soft"> · {texts.review.older.short(older)}</span>}
            </p>
          )}
          <Gate scores={scores} />
        </div>
      ) : null}
      {unclearCalls.length > 0 ? <Notice tone="warn">{t.unclear(unclearCalls.length)}</Notice> : null}
      {state === 'failed' || state === 'cancelled' ? (
        <p className="lk-soft lk-small">
          {state === 'failed' && closeReason ? `${closeReason} ` : null}
          {t[state]}
        </p>
      ) : null}
      <div id={images} hidden={!isOpen}>
        {isOpen ? <Images test={test} references={references} rescore={rescore} /> : null}
      </div>
    </li>
  );
}

function Images({ test, references, rescore }: Pick<PastTestProps, 'test' | 'references' | 'rescore'>) {
  const [fullSize, setFullSize] = useState<TestType>();
  const focus = usePictureFocus();
  const tiles = testTiles(test, rescore);
  const pictures = tiles.filter(hasPicture);
  const place = pictures.findIndex(({ type }) => type === fullSize);
  const isOver = !isRunning(test);
  const keys = { arrowleft: () => focus.move(pictures, -1), arrowright: () => focus.move(pictures, 1) };
  return (
    <KeyScope keys={keys}>
      <ul className="lk-past-images" data-whole={tiles.length === TEST_TYPES.length}>
        {tiles.map((tile) =>
          tile.state === 'missing' ? (
            <EmptyTile key={tile.type} type={tile.type} isOver={isOver} />
          ) : (
            <TestTile
              key={tile.type}
              tile={tile}
              references={references}
              heading="h5"
              isOver={isOver}
              onOpen={() => setFullSize(tile.type)}
              openRef={focus.refOf(tile.type)}
            />
          ),
        )}
      </ul>
      {place >= 0 ? (
        <FullView
          tiles={pictures}
          references={references}
          place={place}
          onMove={(to) => setFullSize(pictures[to]?.type)}
          onClose={() => setFullSize(undefined)}
          keys={{}}
        />
      ) : null}
    </KeyScope>
  );
}
