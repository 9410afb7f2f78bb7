// Paid requests whose fate is unclear, and the operator's word on each.

import { useState } from 'react';
import { sinceWords } from '../../react/review/time-words.ts';
import { Badge } from '../../react/ui/Badge.tsx';
import { Button } from '../../react/ui/Button.tsx';
import { LinkButton } from '../../react/ui/LinkButton.tsx';
import { identityHref } from '../route.ts';
import { texts } from '../texts.ts';
import { OperationsSection } from './OperationsSection.tsx';
import { SettleDialog } from './SettleDialog.tsx';
import { useUnclearCalls, type WaitingCall } from './use-waiting.ts';
import './UnclearPayments.css';

const t = texts.operations.payments;

export function UnclearPayments({ now }: { now: number }) {
  const query = useUnclearCalls();
  const [settling, setSettling] = useState<WaitingCall>();
  const calls = query.data ?? [];
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
            {calls.map((one) => (
              <Unclear key={one.call.callKey} {...one} now={now} onSettle={() => setSettling(one)} />
            ))}
          </ul>
        </>
      )}
      {settling ? (
        <SettleDialog
          identityId={settling.identityId}
          call={settling.call}
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

interface UnclearProps extends WaitingCall {
  now: number;
  onSettle: () => void;
}

function Unclear({ identityId, characterName, call, temporal, now, onSettle }: UnclearProps) {
  const purpose = texts.operations.purposes[call.purpose];
  return (
    <li>
      <div className="lk-unclear-head">
        <h3>
          {purpose} · {characterName}
        </h3>
        <Button size="small" look="primary" aria-label={t.settleOf(purpose, characterName)} onClick={onSettle}>
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
        <LinkButton href={identityHref(identityId)} size="small" look="quiet">
          {t.identity}
        </LinkButton>
        {temporal ? (
          <LinkButton href={temporal} size="small" look="quiet" outside>
            {texts.identity.temporal}
          </LinkButton>
        ) : null}
      </p>
    </li>
  );
}
