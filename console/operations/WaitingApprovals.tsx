// Rounds that wait for a reviewer, the longest waiting first.

import { scoreText } from '../../react/review/score-text.ts';
import { sinceWords, untilWords } from '../../react/review/time-words.ts';
import { Badge } from '../../react/ui/Badge.tsx';
import { LinkButton } from '../../react/ui/LinkButton.tsx';
import { identityHref } from '../route.ts';
import { texts } from '../texts.ts';
import '../../react/ui/Table.css';
import { OperationsSection } from './OperationsSection.tsx';
import { TableScroll } from './TableScroll.tsx';
import { useWaiting, type WaitingRun } from './use-waiting.ts';

const t = texts.operations.approvals;

export function WaitingApprovals({ now }: { now: number }) {
  const query = useWaiting('awaiting_approval');
  const runs = query.data ?? [];
  return (
    <OperationsSection heading={t.heading} query={query} aside={runs.length > 0 ? <Badge>{runs.length}</Badge> : null}>
      {runs.length === 0 ? (
        <p className="lk-soft">{t.none}</p>
      ) : (
        <TableScroll label={t.heading}>
          <table className="lk-table lk-table-cards lk-table-tight lk-numbers">
            <thead>
              <tr>
                <th scope="col">{t.character}</th>
                <th scope="col">{t.waiting}</th>
                <th scope="col">{t.score}</th>
                <th scope="col">{t.expires}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => (
                <Row key={run.identity.identityId} run={run} now={now} />
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
    </OperationsSection>
  );
}

function Row({ run: { identity, character }, now }: { run: WaitingRun; now: number }) {
  const { waiting, scores, stageSince, links, identityId } = identity;
  return (
    <tr>
      <th scope="row">
        <a href={identityHref(identityId)}>{character.name}</a>
      </th>
      <td data-label={t.waiting}>
        {sinceWords(waiting?.since ?? stageSince, now)}{' '}
        {waiting?.escalated ? <Badge tone="warn">{t.escalated}</Badge> : null}
      </td>
      <td data-label={t.score}>
        {scores?.mean === undefined ? (
          '–'
        ) : (
          <Badge tone={scores.passed ? 'good' : 'warn'}>{scoreText(scores.mean)}</Badge>
        )}
      </td>
      <td data-label={t.expires}>{waiting ? untilWords(waiting.expiresAt, now) : '–'}</td>
      <td>
        <div className="lk-table-actions">
          <LinkButton href={identityHref(identityId)} size="small" aria-label={t.reviewOf(character.name)}>
            {t.review}
          </LinkButton>
          {links.temporal ? (
            <LinkButton
              href={links.temporal}
              size="small"
              look="quiet"
              outside
              aria-label={t.temporalOf(character.name)}
            >
              {t.temporal}
            </LinkButton>
          ) : null}
        </div>
      </td>
    </tr>
  );
}
