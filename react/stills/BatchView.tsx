// A batch of stills: how far it is, and its frames as they fill in.

import { useMemo, useState } from 'react';
import type { Still } from '../../client/index.ts';
import { KeyScope } from '../review/KeyScope.tsx';
import { RefusedNotice } from '../review/RefusedNotice.tsx';
import { sinceWords } from '../review/time-words.ts';
import type { KnownBatch } from '../state/known-batch.ts';
import { useBatch, type WatchedBatch } from '../state/use-batch.ts';
import { useNow } from '../state/use-now.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { AcceptDialog } from './AcceptDialog.tsx';
import { AgainDialog } from './AgainDialog.tsx';
import { actionBlocker, type StillAction } from './action-blocker.ts';
import { BatchHeader } from './BatchHeader.tsx';
import { BatchReport } from './BatchReport.tsx';
import { isOver } from './counts.ts';
import { StillGrid } from './StillGrid.tsx';
import { StillView } from './StillView.tsx';
import { namesOf, stillName } from './still-view.ts';
import { useStillFocus } from './use-still-focus.ts';
import './BatchView.css';

const t = texts.stills;
const TICK_MS = 10_000;

interface BatchViewProps {
  batchId: string;
  onBack: () => void;
  /** Where the budget of the month is raised. */
  operationsHref: string | undefined;
}

export function BatchView({ batchId, onBack, operationsHref }: BatchViewProps) {
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
      {known ? <Known known={known} watched={watched} operationsHref={operationsHref} /> : null}
    </div>
  );
}

interface KnownProps extends Pick<BatchViewProps, 'operationsHref'> {
  known: KnownBatch;
  watched: WatchedBatch;
}

function Known({ known: { batch, stills }, watched, operationsHref }: KnownProps) {
  const [opened, setOpened] = useState<number>();
  const [acting, setActing] = useState<StillAction>();
  // While a repair goes on, the report of before stays.
  const [reported, setReported] = useState<number>();
  if (isOver(batch) && batch.revision !== reported) setReported(batch.revision);
  const focus = useStillFocus();
  const names = useMemo(() => namesOf(stills), [stills]);
  const place = stills.findIndex(({ number }) => number === opened);
  const still = stills[place];
  const act = (action: StillAction) => {
    if (still && actionBlocker(still, action) === undefined) setActing(action);
  };
  return (
    <KeyScope keys={{ arrowleft: () => focus.move(-1), arrowright: () => focus.move(1) }}>
      <BatchHeader batch={batch} watched={watched} operationsHref={operationsHref} />
      {stills.length === 0 ? <Places count={batch.total} /> : null}
      <StillGrid stills={stills} names={names} focus={focus} onOpen={setOpened} />
      {reported === undefined ? null : (
        <BatchReport batchId={batch.batchId} revision={reported} stills={stills} onOpen={setOpened} />
      )}
      {place >= 0 ? (
        <StillView
          stills={stills}
          place={place}
          names={names}
          onMove={(to) => setOpened(stills[to]?.number)}
          onAct={act}
          onClose={() => setOpened(undefined)}
        />
      ) : null}
      {still && acting ? (
        <ActionDialog
          action={acting}
          still={still}
          name={stillName(still, stills)}
          watched={watched}
          onClose={() => setActing(undefined)}
        />
      ) : null}
    </KeyScope>
  );
}

interface ActionDialogProps {
  action: StillAction;
  still: Still;
  name: string;
  watched: WatchedBatch;
  onClose: () => void;
}

function ActionDialog({ action, ...props }: ActionDialogProps) {
  return action === 'accept' ? <AcceptDialog {...props} /> : <AgainDialog {...props} kind={action} />;
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
