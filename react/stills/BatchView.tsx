// A batch of stills: how far it is, and its frames as they fill in.

import { useMemo, useState } from 'react';
import { KeyScope } from '../review/KeyScope.tsx';
import { RefusedNotice } from '../review/RefusedNotice.tsx';
import { sinceWords } from '../review/time-words.ts';
import type { KnownBatch } from '../state/known-batch.ts';
import { useBatch, type WatchedBatch } from '../state/use-batch.ts';
import { useNow } from '../state/use-now.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { BatchHeader } from './BatchHeader.tsx';
import { StillTile } from './StillTile.tsx';
import { StillView } from './StillView.tsx';
import { framesOf, namesOf, stillName } from './still-view.ts';
import { useStillFocus } from './use-still-focus.ts';
import './BatchView.css';

const t = texts.stills;
const TICK_MS = 10_000;

interface BatchViewProps {
  batchId: string;
  onBack: () => void;
}

export function BatchView({ batchId, onBack }: BatchViewProps) {
  const watched = useBatch(batchId);
  const { known, error, again } = watched;
  const now = useNow({ everyMs: TICK_MS });
  return (
    <div className="lk-batch">
      <Button look="quiet" size="small" icon="left" className="lk-batch-back" onClick={onBack}>
        {t.back}
      </Button>
      <h1>{known ? t.heading(sinceWords(known.batch.createdAt, now)) : error ? t.noSuch : <Loading />}</h1>
      {error && !known ? (
        <>
          <RefusedNotice error={error} />
          <Button icon="retry" onClick={again}>
            {texts.common.tryAgain}
          </Button>
        </>
      ) : null}
      {known ? <Known known={known} watched={watched} /> : null}
    </div>
  );
}

function Known({ known: { batch, stills } }: { known: KnownBatch; watched: WatchedBatch }) {
  const [opened, setOpened] = useState<number>();
  const focus = useStillFocus();
  const names = useMemo(() => namesOf(stills), [stills]);
  const frames = useMemo(() => framesOf(stills), [stills]);
  const place = stills.findIndex(({ number }) => number === opened);
  return (
    <KeyScope keys={{ arrowleft: () => focus.move(-1), arrowright: () => focus.move(1) }}>
      <BatchHeader batch={batch} />
      <section className="lk-batch-frames" aria-label={t.frames}>
        {stills.length === 0 ? <Places count={batch.total} /> : null}
        {frames.map(({ frame, name, stills: ofFrame }) => (
          <section key={frame} className="lk-batch-frame" aria-label={name}>
            <ul className="lk-still-list">
              {ofFrame.map((still) => (
                <StillTile
                  key={still.stillId}
                  still={still}
                  name={stillName(still, stills)}
                  names={names}
                  onOpen={() => setOpened(still.number)}
                  openRef={focus.refOf(still.number)}
                />
              ))}
            </ul>
          </section>
        ))}
      </section>
      {place >= 0 ? (
        <StillView
          stills={stills}
          place={place}
          names={names}
          onMove={(to) => setOpened(stills[to]?.number)}
          onClose={() => setOpened(undefined)}
          keys={{}}
        />
      ) : null}
    </KeyScope>
  );
}

const MOST_PLACES = 12;

function Places({ count }: { count: number }) {
  return (
    <ul className="lk-still-list" aria-hidden="true">
      {Array.from({ length: Math.min(count, MOST_PLACES) }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: places alone, all alike.
        <li key={index} className="lk-tile">
          <div className="lk-batch-place">
            <Skeleton shape="picture" />
          </div>
          <div className="lk-tile-words">
            <Skeleton shape="title" />
            <Skeleton />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Loading() {
  return (
    <>
      <span className="lk-only-read">{t.loading}</span>
      <Skeleton shape="title" />
    </>
  );
}
