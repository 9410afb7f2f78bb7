// The tests on request so far, newest first: the newest with its images, the others on demand.

import type { Rescore } from '../../client/types.ts';
import { RefusedNotice } from '../review/RefusedNotice.tsx';
import type { ReferencePhoto } from '../review/references.ts';
import { useNow } from '../state/use-now.ts';
import type { useTests } from '../state/use-tests.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { PastTest } from './PastTest.tsx';

const t = texts.retest;

interface PastTestsProps {
  list: ReturnType<typeof useTests>;
  references: readonly ReferencePhoto[];
  rescore: Rescore | undefined;
}

export function PastTests({ list, references, rescore }: PastTestsProps) {
  const { tests, error, isFetching, again } = list;
  const now = useNow();
  return (
    <>
      {error ? (
        <div className="lk-retest-lost">
          <RefusedNotice error={error} />
          <Button icon="retry" size="small" busy={isFetching} onClick={again}>
            {texts.common.tryAgain}
          </Button>
        </div>
      ) : null}
      {!tests && !error ? (
        <p>
          <span className="lk-only-read">{t.loading}</span>
          <Skeleton shape="title" />
        </p>
      ) : null}
      {tests?.length === 0 ? <p className="lk-soft lk-small">{t.none}</p> : null}
      {tests && tests.length > 0 ? (
        <ol className="lk-retest-list" aria-label={t.list} reversed>
          {tests.map((test, index) => (
            <PastTest
              key={test.number}
              test={test}
              references={references}
              rescore={rescore}
              startsOpen={index === 0}
              now={now}
            />
          ))}
        </ol>
      ) : null}
    </>
  );
}
