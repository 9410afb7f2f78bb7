// Who decided what, the newest first, with what was refused.

import type { Identity } from '../../client/types.ts';
import { decisionKey, verdictWords } from '../../react/review/decisions.ts';
import { sinceWords } from '../../react/review/time-words.ts';
import { useNow } from '../../react/state/use-now.ts';
import { texts } from '../texts.ts';
import './DecisionHistory.css';

const t = texts.identity.history;
/** Spans of minutes and hours need no quicker look. */
const POLL_MS = 10_000;

export function DecisionHistory({ decisions, ignored }: Pick<Identity, 'decisions' | 'ignored'>) {
  const now = useNow({ everyMs: POLL_MS });
  return (
    <section className="lk-history" aria-labelledby="lk-history-title">
      <h2 id="lk-history-title">{t.heading}</h2>
      {decisions.length + ignored.length === 0 ? <p className="lk-soft">{t.none}</p> : null}
      <ol>
        {decisions.toReversed().map((record) => {
          const { decision, at } = record;
          return (
            <li key={decisionKey(decision)}>
              <p>
                <code>{decision.by}</code> {verdictWords(record)}
              </p>
              {decision.reason ? <q className="lk-quote">{decision.reason}</q> : null}
              <p className="lk-soft lk-small">
                {t.round(decision.round)} · <time dateTime={at}>{t.ago(sinceWords(at, now))}</time> ·{' '}
                {t.via[decision.via]}
              </p>
            </li>
          );
        })}
        {ignored.toReversed().map(({ at, refusal }) => (
          <li key={`${at} ${refusal.code}`}>
            <p className="lk-soft">
              {t.ignored}: {refusal.message}
            </p>
            <p className="lk-soft lk-small">
              <time dateTime={at}>{t.ago(sinceWords(at, now))}</time>
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
