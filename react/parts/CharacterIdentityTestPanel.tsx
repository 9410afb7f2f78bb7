// The tests of an identity beside its references, and the decision on them.

import { RefusedNotice } from '../review/RefusedNotice.tsx';
import { Review } from '../review/Review.tsx';
import { useIdentity } from '../state/use-identity.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import './CharacterIdentityTestPanel.css';

const t = texts.review;

interface CharacterIdentityTestPanelProps {
  /** Undefined: the character has no identity yet. */
  identityId: string | undefined;
}

export function CharacterIdentityTestPanel({ identityId }: CharacterIdentityTestPanelProps) {
  const watched = useIdentity(identityId);
  const { identity, error, again } = watched;
  if (identity) return <Review key={identity.identityId} identity={identity} watched={watched} />;
  return (
    <section className="lk-root lk-panel" aria-label={t.heading}>
      {identityId === undefined ? <Notice>{t.notTrained}</Notice> : null}
      {error ? (
        <>
          <RefusedNotice error={error} />
          <Button icon="retry" onClick={again}>
            {texts.common.tryAgain}
          </Button>
        </>
      ) : null}
      {identityId !== undefined && !error ? <Loading /> : null}
    </section>
  );
}

const PLACES = ['a', 'b', 'c', 'd', 'e'];

function Loading() {
  return (
    <>
      <p className="lk-only-read" role="status">
        {t.loading}
      </p>
      <ul className="lk-tests-list">
        {PLACES.map((place) => (
          <li key={place} className="lk-tile">
            <div className="lk-picture">
              <Skeleton shape="picture" />
            </div>
            <div className="lk-tile-words">
              <Skeleton shape="title" />
              <Skeleton />
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
