// A section of the operations page: its heading, and what is shown while it loads, when it can't, and when it is empty.

import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { RefusedNotice } from '../../react/review/RefusedNotice.tsx';
import { Button } from '../../react/ui/Button.tsx';
import { Skeleton } from '../../react/ui/Skeleton.tsx';
import { texts } from '../texts.ts';
import './OperationsSection.css';

interface OperationsSectionProps {
  heading: string;
  query: Pick<UseQueryResult, 'isPending' | 'isFetching' | 'error' | 'refetch'>;
  /** Beside the heading. */
  aside?: ReactNode;
  children: ReactNode;
}

export function OperationsSection({ heading, query, aside, children }: OperationsSectionProps) {
  const id = useId();
  return (
    <section className="lk-operations-section" aria-labelledby={id}>
      <header>
        <h2 id={id}>{heading}</h2>
        {aside}
      </header>
      {query.error ? (
        <>
          <RefusedNotice error={query.error} />
          <Button size="small" icon="retry" busy={query.isFetching} onClick={() => void query.refetch()}>
            {texts.common.tryAgain}
          </Button>
        </>
      ) : null}
      {query.isPending ? (
        <div className="lk-operations-loading">
          <span className="lk-only-read" role="status">
            {texts.common.loading}
          </span>
          <Skeleton />
          <Skeleton />
        </div>
      ) : (
        children
      )}
    </section>
  );
}
