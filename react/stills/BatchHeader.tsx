// How far a batch is, what it costs, and what of its request was not used.

import type { BatchItem } from '../../client/index.ts';
import { isBatchOpen } from '../../domain/stills/still.ts';
import { AskToStop } from '../identity/AskToStop.tsx';
import type { WatchedBatch } from '../state/use-batch.ts';
import { useStopBatch } from '../state/use-batch-actions.ts';
import { texts } from '../texts.ts';
import { Notice } from '../ui/Notice.tsx';
import { BatchBadge } from './BatchBadge.tsx';
import { BudgetNotice } from './BudgetNotice.tsx';
import { endedOf } from './counts.ts';
import { dollars } from './price-text.ts';
import './BatchHeader.css';

const t = texts.stills;

interface BatchHeaderProps {
  batch: BatchItem;
  watched: WatchedBatch;
  operationsHref: string | undefined;
}

export function BatchHeader({ batch, watched, operationsHref }: BatchHeaderProps) {
  const { batchId, state, counts, total, cost, price, closeReason, ignored } = batch;
  const stop = useStopBatch(batchId);
  const ended = endedOf(counts);
  return (
    <header className="lk-batch-head">
      <div className="lk-batch-standing">
        <BatchBadge batch={batch} />
        <span className="lk-numbers" role="status">
          {t.progress(ended, total)}
          {counts.flagged ? `, ${t.flagged(counts.flagged)}` : ''}
        </span>
        <span className="lk-soft lk-numbers">{t.cost(dollars(cost.chargedUsd), dollars(price.highestUsd))}</span>
        {isBatchOpen(state) ? (
          <div className="lk-batch-stop">
            <AskToStop words={t.stop} size="small" onStop={stop} />
          </div>
        ) : null}
      </div>
      {ended < total ? <progress className="lk-batch-bar" max={total} value={ended} aria-hidden="true" /> : null}
      {state === 'waiting_for_budget' ? (
        <BudgetNotice batch={batch} watched={watched} operationsHref={operationsHref} />
      ) : null}
      {closeReason ? <Notice tone="warn">{closeReason}</Notice> : null}
      {ignored.length > 0 ? (
        <Notice title={t.ignored}>
          <ul>
            {ignored.map(({ frame, field, reason }) => (
              <li key={`${frame} ${field}`}>{texts.scene.price.inFrame(frame + 1, reason)}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
    </header>
  );
}
