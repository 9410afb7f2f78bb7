// What an approval fixed: the exact LoRA, its scores, and who said yes to them.

import type { ReactNode } from 'react';
import type { Identity } from '../../client/types.ts';
import { texts } from '../texts.ts';
import { Badge } from '../ui/Badge.tsx';
import { scoreText } from './score-text.ts';
import './PinnedRecord.css';

const t = texts.review.pinned;

export function PinnedRecord({ identity }: { identity: Identity }) {
  const { version, lora, scores, referenceStrength, triggerPhrase, testSuite, decisions } = identity;
  const approval = decisions.findLast(({ decision }) => decision.verdict === 'approve');
  return (
    <section className="lk-pinned" aria-label={t.title}>
      <h3>
        {t.title}{' '}
        <Badge tone="good" icon="check">
          {t.approved}
        </Badge>
      </h3>
      <dl className="lk-facts">
        {version === undefined ? null : <Fact name={t.version}>{version}</Fact>}
        <Fact name={t.strength}>{referenceStrength}</Fact>
        <Fact name={t.inPrompts}>
          <code>{triggerPhrase}</code>
        </Fact>
        <Fact name={t.suite}>{testSuite}</Fact>
        {scores?.mean === undefined ? null : (
          <Fact name={t.scores}>
            {scoreText(scores.mean)} <span className="lk-soft lk-small">{t.calibration(scores.calibration)}</span>
          </Fact>
        )}
        {approval ? (
          <>
            <Fact name={t.reviewer}>
              <code>{approval.decision.by}</code>
            </Fact>
            <Fact name={t.decided}>
              <time dateTime={approval.at}>{new Date(approval.at).toLocaleString()}</time>
            </Fact>
          </>
        ) : null}
        {lora ? (
          <Fact name={t.lora}>
            <code className="lk-small">{lora.sha256}</code>
          </Fact>
        ) : null}
        {approval?.decision.reason ? <Fact name={t.note}>{approval.decision.reason}</Fact> : null}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
