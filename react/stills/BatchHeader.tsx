// How far a batch is, what it costs, and what of its request was not used.

import type { BatchItem } from '../../client/index.ts';
import { texts } from '../texts.ts';
import { Notice } from '../ui/Notice.tsx';
import { BatchBadge } from './BatchBadge.tsx';
import { endedOf } from './counts.ts';
import { dollars } from './price-text.ts';
import './BatchHeader.css';

const t = texts.stills;

export function BatchHeader({ batch }: { batch: BatchItem }) {
  const { counts, total, cost, price, closeReason, ignored } = batch;
  const ended = endedOf(counts);
  return (
    <header className="lk-batch-head">
      <p className="lk-batch-standing">
        <BatchBadge batch={batch} />
        <span className="lk-numbers" role="status">
          {t.progress(ended, total)}
          {counts.flagged ? `, ${t.flagged(counts.flagged)}` : ''}
        </span>
        <span className="lk-soft lk-numbers">{t.cost(dollars(cost.chargedUsd), dollars(price.highestUsd))}</span>
      </p>
      {ended < total ? <progress className="lk-batch-bar" max={total} value={ended} aria-hidden="true" /> : null}
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
