// How far a run is, live; what it waits for; how it ended. Nothing here holds the run: it goes on without us.

import { useEffect, useRef } from 'react';
import type { Identity } from '../../client/index.ts';
import { isEndStage, STAGE_TEXT } from '../../domain/stage.ts';
import { errorText } from '../state/error-text.ts';
import { useIdentity } from '../state/use-identity.ts';
import { useTellNewest } from '../state/use-newest-identity.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { Outcome } from './Outcome.tsx';
import { ReplaceForm } from './ReplaceForm.tsx';
import { StageSteps } from './StageSteps.tsx';
import { StopRun } from './StopRun.tsx';
import './RunView.css';

const t = texts.run;

interface RunViewProps {
  identityId: string;
  identityHref: ((identityId: string) => string) | undefined;
  operationsHref: string | undefined;
  onReady: ((identityId: string) => void) | undefined;
  /** Begins with the photos again, for a new identity. */
  onAgain: () => void;
}

export function RunView({ identityId, identityHref, operationsHref, onReady, onAgain }: RunViewProps) {
  const { identity, error, again } = useIdentity(identityId);
  useNews(identity, onReady);

  if (!identity) {
    if (!error) return <Skeleton shape="title" />;
    return (
      <Notice tone="bad" title={t.lostTitle} actions={<Button onClick={again}>{texts.common.tryAgain}</Button>}>
        {errorText(error)}
      </Notice>
    );
  }
  const { stage, photoProblem, cost } = identity;
  const isOver = isEndStage(stage);
  return (
    <div className="lk-run">
      {/* Told once a stage, without the clock that goes on beside it. */}
      <p className="lk-only-read" role="status">
        {STAGE_TEXT[stage]}
      </p>
      <Outcome identity={identity} identityHref={identityHref} operationsHref={operationsHref} onAgain={onAgain} />
      {stage === 'needs_photos' ? (
        <>
          <Notice tone="warn" title={photoProblem?.message} />
          <ReplaceForm key={identity.photos.map(({ photoId }) => photoId).join()} identity={identity} />
        </>
      ) : isOver && stage !== 'ready' ? null : (
        <StageSteps identity={identity} />
      )}
      {isOver || stage === 'needs_photos' ? null : (
        <footer className="lk-run-foot">
          <div className="lk-soft lk-small">
            <p>{t.keeps}</p>
            <p className="lk-numbers">{t.charged(texts.common.dollars(cost.charged))}</p>
          </div>
          <StopRun identityId={identityId} />
        </footer>
      )}
    </div>
  );
}

/** Tells lists of every new stage, and the page around when the run that was watched here is ready. */
function useNews(identity: Identity | undefined, onReady: ((identityId: string) => void) | undefined): void {
  const tell = useTellNewest();
  const seen = useRef<Identity['stage']>(undefined);
  useEffect(() => {
    if (!identity || identity.stage === seen.current) return;
    const before = seen.current;
    seen.current = identity.stage;
    if (before === undefined) return;
    tell(identity);
    if (identity.stage === 'ready') onReady?.(identity.identityId);
  }, [identity, onReady, tell]);
}
