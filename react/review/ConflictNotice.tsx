// Somebody else decided while this page was open: who, what, and that the newest state is what is shown.

import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { verdictWords } from './decisions.ts';
import { sinceWords } from './time-words.ts';
import type { Conflict } from './use-decision.ts';

const t = texts.review.conflict;

interface ConflictNoticeProps {
  conflict: Conflict;
  now: number;
  onDismiss: () => void;
}

export function ConflictNotice({ conflict: { refusal, decision }, now, onDismiss }: ConflictNoticeProps) {
  return (
    <Notice
      tone="bad"
      title={refusal ? t.refused : t.elsewhere}
      actions={
        <Button size="small" onClick={onDismiss}>
          {t.dismiss}
        </Button>
      }
    >
      {refusal ? <p>{refusal}</p> : null}
      {decision ? (
        <p>
          <code>{decision.decision.by}</code> {verdictWords(decision)}
          {t.roundAgo(decision.decision.round, sinceWords(decision.at, now))}
          {decision.decision.reason ? <q className="lk-quote">{decision.decision.reason}</q> : null}
        </p>
      ) : null}
      <p>{t.newest}</p>
    </Notice>
  );
}
