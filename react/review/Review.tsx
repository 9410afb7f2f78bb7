// A review: what is shown depends on how far the run is; the keys work wherever the focus is in it.

import { useEffect, useMemo, useRef, useState } from 'react';
import type { Identity } from '../../client/types.ts';
import { STAGE_TEXT } from '../../domain/stage.ts';
import type { TestType } from '../../domain/test-suite.ts';
import { TestAgain } from '../retest/TestAgain.tsx';
import type { WatchedIdentity } from '../state/use-identity.ts';
import { useNow } from '../state/use-now.ts';
import { useRescore } from '../state/use-rescore.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { ConflictNotice } from './ConflictNotice.tsx';
import { DecisionBar } from './DecisionBar.tsx';
import { DecisionDialog } from './DecisionDialog.tsx';
import { FullView } from './FullView.tsx';
import { KeyScope, type Keys } from './KeyScope.tsx';
import { OlderScores } from './OlderScores.tsx';
import { PinnedRecord } from './PinnedRecord.tsx';
import { RoundSummary } from './RoundSummary.tsx';
import { referencesOf } from './references.ts';
import { StrengthComparison } from './StrengthComparison.tsx';
import { anewOf, olderVersion } from './score-version.ts';
import { TestGallery } from './TestGallery.tsx';
import { hasPicture, type TileOrder, tilesOf } from './tiles.ts';
import { useDecision } from './use-decision.ts';
import { usePictureFocus } from './use-picture-focus.ts';

const t = texts.review;
const FOCUS_SETTLES_MS = 50;

/** A decision is about the round that it was begun for, never about one that came since. */
interface Begun {
  what: 'approve' | 'reject';
  round: number;
}

interface ReviewProps {
  identity: Identity;
  watched: Pick<WatchedIdentity, 'put' | 'again'>;
}

export function Review({ identity, watched }: ReviewProps) {
  const { stage, round, scores, tries } = identity;
  const [order, setOrder] = useState<TileOrder>('worst');
  const [fullSize, setFullSize] = useState<TestType>();
  const [begun, setBegun] = useState<Begun>();
  const focus = usePictureFocus();
  const decision = useDecision(identity, watched);
  const now = useNow();
  const older = olderVersion(scores);
  const rescoring = useRescore(identity.identityId, older !== undefined);
  const { rescore } = rescoring;
  const anew = useMemo(() => anewOf(identity.images, rescore), [identity, rescore]);
  const tiles = useMemo(() => tilesOf({ ...identity, older, anew }, order), [identity, older, anew, order]);
  const references = useMemo(() => referencesOf(identity), [identity]);
  const pictures = tiles.filter(hasPicture);
  const isOpen = stage === 'awaiting_approval';
  const panel = usePanelFocus(fullSize !== undefined || begun !== undefined);

  const approve = () => setBegun({ what: 'approve', round });
  const reject = () => setBegun({ what: 'reject', round });
  const deciding: Keys = isOpen ? { a: approve, r: reject } : {};
  const leave = () => {
    setBegun(undefined);
    decision.forgetError();
  };
  const done = () => {
    setBegun(undefined);
    setFullSize(undefined);
  };
  const place = pictures.findIndex(({ type }) => type === fullSize);

  return (
    <KeyScope
      keys={{ arrowleft: () => focus.move(pictures, -1), arrowright: () => focus.move(pictures, 1), ...deciding }}
    >
      <section className="lk-root lk-panel" aria-label={t.heading} ref={panel} tabIndex={-1}>
        <header className="lk-panel-head">
          <h2>{t.heading}</h2>
          {/* An identity that is ready has its own way to new images, below. */}
          {stage === 'ready' ? null : (
            <Button
              inactive={!isOpen}
              title={isOpen ? t.generateAllHint : t.notNow(STAGE_TEXT[stage])}
              onClick={reject}
            >
              {t.generateAll}
            </Button>
          )}
        </header>
        {decision.conflict ? (
          <ConflictNotice conflict={decision.conflict} now={now} onDismiss={decision.takeNote} />
        ) : null}
        {decision.taken && !isOpen && stage !== 'ready' ? <Notice tone="good">{t.sent[decision.taken]}</Notice> : null}
        <Standing identity={identity} hasPictures={pictures.length > 0} />
        {stage === 'ready' ? <PinnedRecord identity={identity} /> : null}
        {older === undefined ? null : <OlderScores version={older} rescoring={rescoring} />}
        {scores ? (
          <RoundSummary
            scores={anew?.scores ?? scores}
            strength={identity.referenceStrength}
            before={anew ? scores : undefined}
          />
        ) : null}
        {tiles.some(({ state }) => state !== 'missing') ? (
          <TestGallery
            tiles={tiles}
            references={references}
            order={order}
            onOrder={setOrder}
            onOpen={setFullSize}
            focus={focus}
          />
        ) : null}
        {tries.length > 1 || identity.trying !== undefined ? (
          <StrengthComparison
            tries={tries}
            chosen={identity.referenceStrength}
            trying={identity.trying}
            rescore={rescore}
          />
        ) : null}
        {stage === 'ready' ? (
          <TestAgain identity={identity} references={references} rescore={rescore} onEnded={watched.again} />
        ) : null}
        {isOpen ? <DecisionBar onApprove={approve} onReject={reject} /> : null}
      </section>
      {place >= 0 ? (
        <FullView
          tiles={pictures}
          references={references}
          place={place}
          onMove={(to) => setFullSize(pictures[to]?.type)}
          onClose={() => setFullSize(undefined)}
          keys={deciding}
        />
      ) : null}
      {isOpen && begun?.round === round ? (
        <DecisionDialog
          what={begun.what}
          identity={identity}
          tiles={tiles}
          decision={decision}
          onLeave={leave}
          onDone={done}
        />
      ) : null}
    </KeyScope>
  );
}

/** Where the run is, when there is nothing to decide. */
function Standing({ identity, hasPictures }: { identity: Identity; hasPictures: boolean }) {
  const { stage, lora, source, failure, closeReason } = identity;
  if (stage === 'awaiting_approval' || stage === 'ready') {
    return hasPictures ? null : <Notice>{t.none}</Notice>;
  }
  const why = failure?.message ?? closeReason;
  if (why) return <Notice tone="warn">{why}</Notice>;
  if (!lora && source === 'run') return <Notice>{t.notTrained}</Notice>;
  return hasPictures ? null : <Notice title={STAGE_TEXT[stage]}>{t.inProgress}</Notice>;
}

/** Gives the focus back to the panel when what lay over it leaves it nowhere, so that the keys go on working. */
function usePanelFocus(isCovered: boolean) {
  const panel = useRef<HTMLElement>(null);
  const wasCovered = useRef(false);
  useEffect(() => {
    const uncovered = wasCovered.current && !isCovered;
    wasCovered.current = isCovered;
    if (!uncovered) return;
    // After the dialog's own attempt to go back to where it came from.
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) panel.current?.focus({ preventScroll: true });
    }, FOCUS_SETTLES_MS);
    return () => clearTimeout(timer);
  }, [isCovered]);
  return panel;
}
