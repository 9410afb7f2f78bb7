// Whose identity it is, how far the run is, for how long it has been going, and what it has cost.

import type { ReactNode } from 'react';
import type { Identity } from '../../client/types.ts';
import { isEndStage, STAGE_TEXT, type Stage } from '../../domain/stage.ts';
import { sinceWords, spanWords, untilWords } from '../../react/review/time-words.ts';
import { useNow } from '../../react/state/use-now.ts';
import { Badge, type Tone } from '../../react/ui/Badge.tsx';
import { LinkButton } from '../../react/ui/LinkButton.tsx';
import { Notice } from '../../react/ui/Notice.tsx';
import { castHref, operationsHref } from '../route.ts';
import { texts } from '../texts.ts';
import './IdentityHeader.css';

const t = texts.identity;

const TONES: Partial<Record<Stage, Tone>> = {
  ready: 'good',
  awaiting_approval: 'accent',
  needs_photos: 'warn',
  needs_operator: 'warn',
  rejected: 'bad',
  failed: 'bad',
};

export function IdentityHeader({ identity, name }: { identity: Identity; name: string | undefined }) {
  const now = useNow();
  const { stage, startedAt, stageSince, waiting, cost, round, training, links } = identity;
  const isOver = isEndStage(stage);
  const elapsed = spanWords((isOver ? Date.parse(stageSince) : now) - Date.parse(startedAt));
  return (
    <header className="lk-identity-head">
      <p>
        <a className="lk-back" href={castHref}>
          {t.back}
        </a>
      </p>
      <div className="lk-identity-title">
        <h1>{name ?? t.unnamed}</h1>
        <Badge tone={TONES[stage] ?? (isOver ? 'neutral' : 'accent')} busy={isBusy(stage)}>
          <span role="status">{STAGE_TEXT[stage]}</span>
        </Badge>
        {links.temporal ? (
          <LinkButton href={links.temporal} size="small" look="quiet" outside>
            {t.temporal}
          </LinkButton>
        ) : null}
      </div>
      <dl className="lk-facts lk-numbers" aria-label={t.facts.label}>
        <Fact name={t.facts.elapsed}>{elapsed}</Fact>
        {waiting && !isOver ? (
          <Fact name={t.facts.waiting} aside={t.facts.expires(untilWords(waiting.expiresAt, now))}>
            {sinceWords(waiting.since, now)}
          </Fact>
        ) : null}
        <Fact name={t.facts.cost} aside={costAside(cost)}>
          {texts.common.dollars(cost.charged)}
        </Fact>
        {round > 0 ? <Fact name={t.facts.round}>{round}</Fact> : null}
        {training > 1 ? <Fact name={t.facts.training}>{training}</Fact> : null}
      </dl>
      {stage === 'needs_operator' ? (
        <Notice tone="warn" actions={<LinkButton href={operationsHref}>{t.toOperations}</LinkButton>}>
          {t.needsOperator}
        </Notice>
      ) : null}
      {stage === 'needs_photos' ? (
        <Notice
          tone="warn"
          title={identity.photoProblem?.message}
          actions={<LinkButton href={castHref}>{t.toCast}</LinkButton>}
        >
          {t.needsPhotos}
        </Notice>
      ) : null}
    </header>
  );
}

/** What more it may cost; nothing once it has cost more than one training and one round: by further rounds, or tests. */
function costAside({ reserved, charged, estimated }: Identity['cost']): string | undefined {
  if (reserved > 0) return t.facts.reserved(texts.common.dollars(reserved));
  return charged <= estimated ? t.facts.of(texts.common.dollars(estimated)) : undefined;
}

/** Work goes on without anybody. */
function isBusy(stage: Stage): boolean {
  return !isEndStage(stage) && stage !== 'awaiting_approval' && stage !== 'needs_photos' && stage !== 'needs_operator';
}

function Fact({ name, aside, children }: { name: string; aside?: string | undefined; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {children}
        {aside ? <span className="lk-soft lk-small lk-fact-aside"> {aside}</span> : null}
      </dd>
    </div>
  );
}
