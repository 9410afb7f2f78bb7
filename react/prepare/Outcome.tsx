// What a run waits for, or how it ended, and what next. Nothing while the machine is at work.

import type { ReactNode } from 'react';
import type { Identity } from '../../client/index.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { LinkButton } from '../ui/LinkButton.tsx';
import { Notice } from '../ui/Notice.tsx';

const t = texts.run;

interface OutcomeProps {
  identity: Identity;
  identityHref: ((identityId: string) => string) | undefined;
  operationsHref: string | undefined;
  onAgain: () => void;
}

export function Outcome({ identity, identityHref, operationsHref, onAgain }: OutcomeProps) {
  const { identityId, stage, version, failure, closeReason } = identity;
  const toIdentity = (words: string): ReactNode =>
    identityHref ? (
      <LinkButton href={identityHref(identityId)} look="primary">
        {words}
      </LinkButton>
    ) : null;
  const startAgain = <Button onClick={onAgain}>{t.again}</Button>;

  switch (stage) {
    case 'ready':
      return (
        <Notice tone="good" title={t.ready} actions={toIdentity(t.toIdentity)}>
          {t.readyLead(version)}
        </Notice>
      );
    case 'awaiting_approval':
      return <Notice actions={toIdentity(t.toReview)}>{t.reviewLead}</Notice>;
    case 'needs_operator':
      return (
        <Notice
          tone="warn"
          actions={operationsHref ? <LinkButton href={operationsHref}>{t.toOperations}</LinkButton> : null}
        >
          {t.operatorLead}
        </Notice>
      );
    case 'failed':
      return (
        <Notice tone="bad" title={t.failedTitle} actions={startAgain}>
          <p>{failure?.message ?? closeReason}</p>
          <p>{t.failedNext}</p>
        </Notice>
      );
    case 'rejected':
    case 'expired':
    case 'cancelled':
      return (
        <Notice tone="warn" title={t.ended[stage]} actions={startAgain}>
          {failure?.message ?? closeReason}
        </Notice>
      );
    default:
      return null;
  }
}
