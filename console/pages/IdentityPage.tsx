// #/identities/<id>: one identity, from its first photo to what was approved.

import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Stage } from '../../domain/stage.ts';
import { CharacterIdentityTestPanel } from '../../react/parts/CharacterIdentityTestPanel.tsx';
import { RefusedNotice } from '../../react/review/RefusedNotice.tsx';
import { useLikeness } from '../../react/state/likeness-provider.tsx';
import { useIdentity } from '../../react/state/use-identity.ts';
import { Button } from '../../react/ui/Button.tsx';
import { LinkButton } from '../../react/ui/LinkButton.tsx';
import { Skeleton } from '../../react/ui/Skeleton.tsx';
import { DecisionHistory } from '../identity/DecisionHistory.tsx';
import { IdentityHeader } from '../identity/IdentityHeader.tsx';
import { Versions } from '../identity/Versions.tsx';
import { castHref } from '../route.ts';
import { texts } from '../texts.ts';
import './IdentityPage.css';

const t = texts.identity;

export function IdentityPage({ identityId }: { identityId: string }) {
  const { identity, error, again } = useIdentity(identityId);
  const name = useCharacterName(identity?.characterId);
  const review = useReviewFocus(identity?.stage);
  if (!identity && error) {
    return (
      <div className="lk-identity">
        <h1>{t.noSuch}</h1>
        <RefusedNotice error={error} />
        <p className="lk-identity-ways">
          <Button icon="retry" onClick={again}>
            {texts.common.tryAgain}
          </Button>
          <LinkButton href={castHref}>{texts.shell.toCast}</LinkButton>
        </p>
      </div>
    );
  }
  return (
    <div className="lk-identity">
      {identity ? <IdentityHeader identity={identity} name={name} /> : <Loading />}
      <div ref={review}>
        <CharacterIdentityTestPanel identityId={identityId} />
      </div>
      {identity?.stage === 'ready' ? <Versions characterId={identity.characterId} shownId={identityId} /> : null}
      {identity ? <DecisionHistory decisions={identity.decisions} ignored={identity.ignored} /> : null}
    </div>
  );
}

function Loading() {
  return (
    <header className="lk-identity-head">
      <h1>
        <span className="lk-only-read">{t.loading}</span>
        <Skeleton shape="title" />
      </h1>
      <Skeleton />
    </header>
  );
}

function useCharacterName(characterId: string | undefined): string | undefined {
  const client = useLikeness();
  const { data } = useQuery({
    queryKey: ['likeness', 'character', characterId],
    queryFn: () => client.characters.get(characterId ?? ''),
    enabled: characterId !== undefined,
  });
  return data?.name;
}

/** Whoever comes to review can begin at once: the panel takes the focus when nothing of the page has it yet. */
function useReviewFocus(stage: Stage | undefined) {
  const review = useRef<HTMLDivElement>(null);
  const isOpen = stage === 'awaiting_approval';
  useEffect(() => {
    const { activeElement } = document;
    const isIdle = activeElement === document.body || activeElement?.tagName === 'MAIN';
    if (isOpen && isIdle) review.current?.querySelector<HTMLElement>('.lk-panel')?.focus({ preventScroll: true });
  }, [isOpen]);
  return review;
}
