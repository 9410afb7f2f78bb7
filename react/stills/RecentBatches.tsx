// The batches of stills, newest first.

import { useId } from 'react';
import type { BatchItem } from '../../client/index.ts';
import { RefusedNotice } from '../review/RefusedNotice.tsx';
import { sinceWords } from '../review/time-words.ts';
import { useNow } from '../state/use-now.ts';
import { useBatches } from '../state/use-stills.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { BatchBadge } from './BatchBadge.tsx';
import { endedOf } from './counts.ts';
import { dollars } from './price-text.ts';
import './RecentBatches.css';

const t = texts.scene.recent;
/** Spans of minutes need no quicker look. */
const TICK_MS = 10_000;

export function RecentBatches({ onOpen }: { onOpen: (batchId: string) => void }) {
  const heading = useId();
  const now = useNow({ everyMs: TICK_MS });
  const list = useBatches();
  return (
    <section className="lk-recent" aria-labelledby={heading}>
      <h2 id={heading}>{t.heading}</h2>
      {list.isError ? (
        <>
          <RefusedNotice error={list.error} />
          <Button size="small" icon="retry" busy={list.isFetching} onClick={() => void list.refetch()}>
            {texts.common.tryAgain}
          </Button>
        </>
      ) : null}
      {list.isPending ? <Loading /> : null}
      {list.isSuccess && list.batches.length === 0 ? <p className="lk-soft">{t.none}</p> : null}
      <ul className="lk-recent-list">
        {list.batches.map((batch) => (
          <li key={batch.batchId}>
            <button type="button" onClick={() => onOpen(batch.batchId)}>
              <Words batch={batch} now={now} />
            </button>
          </li>
        ))}
      </ul>
      {list.hasNextPage ? (
        <Button size="small" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {texts.common.more}
        </Button>
      ) : null}
    </section>
  );
}

function Words({ batch, now }: { batch: BatchItem; now: number }) {
  const { counts, total, cost, createdAt } = batch;
  return (
    <>
      <time className="lk-recent-when" dateTime={createdAt}>
        {t.item(sinceWords(createdAt, now))}
      </time>
      <BatchBadge batch={batch} />
      <span className="lk-soft lk-numbers">{texts.stills.progress(endedOf(counts), total)}</span>
      {counts.flagged ? (
        <span className="lk-numbers lk-recent-look">{texts.stills.flagged(counts.flagged)}</span>
      ) : null}
      <span className="lk-soft lk-numbers lk-recent-cost">{dollars(cost.chargedUsd)}</span>
    </>
  );
}

function Loading() {
  return (
    <div>
      <span className="lk-only-read" role="status">
        {texts.common.loading}
      </span>
      <Skeleton />
      <Skeleton />
    </div>
  );
}
