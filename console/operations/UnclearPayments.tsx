// Paid requests whose fate is unclear, and the operator's word on each.

import { useState } from 'react';
import type { Identity } from '../../client/index.ts';
import { sinceWords } from '../review/time-words.ts';
import { identityHref } from '../route.ts';
import { texts } from '../texts.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { LinkButton } from '../ui/LinkButton.tsx';
import { OperationsSection } from './OperationsSection.tsx';
import { SettleDialog } from './SettleDialog.tsx';
import { useWaiting, type WaitingRun } from './use-waiting.ts';
import './UnclearPayments.css';

const t = texts.operations.payments;

type UnclearCall = Identity['unclear'][number];

export function UnclearPayments({ now }: { now: number }) {
  const query = useWaiting('needs_operator');
  const [settling, setSettling] = useState<{ identityId: string; call: UnclearCall }>();
  const calls = (query.data ?? []).flatMap((run) => run.identity.unclear.map((call) => ({ run, call })));
  return (
    <OperationsSection
      heading={t.heading}
      query={query}
      aside={calls.length > 0 ? <Badge tone="warn">{calls.length}</Badge> : null}
    >
      {calls.length === 0 ? (
        <p className="lk-soft">{t.none}</p>
      ) : (
        <>
          <p className="lk-soft">{t.lead}</p>
          <ul className="lk-unclear">
            {calls.map(({ run, call }) => (
              <Unclear
                key={call.callKey}
                run={run}
                call={call}
                now={now}
                onSettle={() => setSettling({ identityId: run.identity.identityId, call })}
              />
            ))}
          </ul>
        </>
      )}
      {settling ? (
        <SettleDialog
          {...settling}
          onClose={() => setSettling(undefined)}
          onSettled={() => {
            setSettling(undefined);
            void query.refetch();
          }}
        />
      ) : null}
    </OperationsSection>
  );
}

interface UnclearProps {
  run: WaitingRun;
  call: UnclearCall;
  now: number;
  onSettle: () => void;
}

function Unclear({ run: { identity, character }, call, now, onSettle }: UnclearProps) {
  const purpose = texts.operations.purposes[call.purpose];
  return (
    <li>
      <div className="lk-unclear-head">
        <h3>
          {purpose} · {character.name}
        </h3>
        <Button size="small" look="primary" aria-label={t.settleOf(purpose, character.name)} onClick={onSettle}>
          {t.settle}
        </Button>
      </div>
      <dl className="lk-facts">
        <div>
          <dt>{t.estimate}</dt>
          <dd>{texts.common.dollars(call.estimateUsd)}</dd>
        </div>
        <div>
          <dt>{t.posted}</dt>
          <dd>
            <time dateTime={call.postedAt}>{new Date(call.postedAt).toLocaleString()}</time>{' '}
            <span className="lk-soft lk-small">{t.ago(sinceWords(call.postedAt, now))}</span>
          </dd>
        </div>
        <div>
          <dt>{t.attempts}</dt>
          <dd>{call.attempts}</dd>
        </div>
        <div>
          <dt>{t.endpoint}</dt>
          <dd>
            <code className="lk-small">{call.endpoint}</code>
          </dd>
        </div>
        {call.reason ? (
          <div>
            <dt>{t.reason}</dt>
            <dd>{call.reason}</dd>
          </div>
        ) : null}
        <div>
          <dt>{t.key}</dt>
          <dd>
            <code className="lk-small">{call.callKey}</code>
          </dd>
        </div>
      </dl>
      <p className="lk-unclear-links">
        <LinkButton href={identityHref(identity.identityId)} size="small" look="quiet">
          {t.identity}
        </LinkButton>
        {identity.links.temporal ? (
          <LinkButton href={identity.links.temporal} size="small" look="quiet" outside>
            {texts.identity.temporal}
          </LinkButton>
        ) : null}
      </p>
    </li>
  );
}
