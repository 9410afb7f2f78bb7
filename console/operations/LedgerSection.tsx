// Every paid request, the newest first, a page at a time.

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LedgerEntry } from '../../client/index.ts';
import { PROVIDER_CALL_STATES, type ProviderCallState } from '../../domain/provider-call.ts';
import { useLikeness } from '../../react/state/likeness-provider.tsx';
import { Badge, type Tone } from '../../react/ui/Badge.tsx';
import { Button } from '../../react/ui/Button.tsx';
import { identityHref } from '../route.ts';
import { texts } from '../texts.ts';
import { OperationsSection } from './OperationsSection.tsx';
import { SettleDialog } from './SettleDialog.tsx';
import { TableScroll } from './TableScroll.tsx';
import './LedgerSection.css';

const t = texts.operations.ledger;
const PAGE = 25;

const TONES: Record<ProviderCallState, Tone> = {
  intent: 'neutral',
  refused: 'neutral',
  unknown: 'warn',
  submitted: 'accent',
  settled: 'good',
  failed: 'bad',
};

export function LedgerSection() {
  const client = useLikeness();
  const [state, setState] = useState<ProviderCallState>();
  const [settling, setSettling] = useState<UnclearEntry>();
  const query = useInfiniteQuery({
    queryKey: ['likeness', 'ledger', state],
    queryFn: ({ pageParam }) =>
      client.ledger.list({ limit: PAGE, ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    // Another filter: what was shown stays in its place until the answer comes.
    placeholderData: keepPreviousData,
  });
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <OperationsSection heading={t.heading} query={query} aside={<StateFilter state={state} onChange={setState} />}>
      {entries.length === 0 ? (
        <p className="lk-soft">{state ? t.noneOf(t.states[state].toLowerCase()) : t.none}</p>
      ) : (
        <TableScroll label={t.heading}>
          <table className="lk-table lk-table-cards lk-numbers">
            <thead>
              <tr>
                <th scope="col">{t.when}</th>
                <th scope="col">{t.what}</th>
                <th scope="col">{t.state}</th>
                <th scope="col" className="lk-amount">
                  {t.estimate}
                </th>
                <th scope="col" className="lk-amount">
                  {t.charged}
                </th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <Row key={entry.key} entry={entry} onSettle={setSettling} />
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
      {query.hasNextPage ? (
        <Button size="small" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {texts.common.more}
        </Button>
      ) : null}
      {settling ? (
        <SettleDialog
          identityId={settling.identityId}
          call={{ ...settling, callKey: settling.key }}
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

interface StateFilterProps {
  state: ProviderCallState | undefined;
  onChange: (state: ProviderCallState | undefined) => void;
}

function StateFilter({ state, onChange }: StateFilterProps) {
  return (
    <select
      className="lk-select"
      aria-label={t.filter}
      value={state ?? ''}
      onChange={({ target }) => onChange(PROVIDER_CALL_STATES.find((one) => one === target.value))}
    >
      <option value="">{t.all}</option>
      {PROVIDER_CALL_STATES.map((one) => (
        <option key={one} value={one}>
          {t.states[one]}
        </option>
      ))}
    </select>
  );
}

/** One that an operator may settle: that of a run, or of a test on request. The proxy's are for the command line. */
type UnclearEntry = LedgerEntry & { identityId: string };

const isUnclear = (entry: LedgerEntry): entry is UnclearEntry =>
  entry.state === 'unknown' && entry.identityId !== undefined;

interface RowProps {
  entry: LedgerEntry;
  onSettle: (entry: UnclearEntry) => void;
}

function Row({ entry, onSettle }: RowProps) {
  const { createdAt, purpose, key, identityId, state, estimateUsd, chargedUsd, reason } = entry;
  return (
    <tr>
      <td className="lk-when" data-label={t.when}>
        <time dateTime={createdAt}>{new Date(createdAt).toLocaleString()}</time>
      </td>
      <th scope="row">
        {texts.operations.purposes[purpose]}
        <span className="lk-ledger-key">
          {identityId ? (
            <a href={identityHref(identityId)} aria-label={t.openOf(key)}>
              <Key of={key} identityId={identityId} />
            </a>
          ) : (
            key
          )}
        </span>
      </th>
      <td data-label={t.state}>
        <div className="lk-ledger-state">
          <Badge tone={TONES[state]}>{t.states[state]}</Badge>
          {reason ? <span className="lk-soft lk-small lk-ledger-reason">{reason}</span> : null}
          {isUnclear(entry) ? (
            <Button size="small" look="quiet" aria-label={t.settleOf(key)} onClick={() => onSettle(entry)}>
              {texts.operations.payments.settle}
            </Button>
          ) : null}
        </div>
      </td>
      <td className="lk-amount" data-label={t.estimate}>
        {texts.operations.dollars(estimateUsd)}
      </td>
      <td className="lk-amount" data-label={t.charged}>
        {chargedUsd === undefined ? '–' : texts.operations.dollars(chargedUsd)}
      </td>
    </tr>
  );
}

/** The key without the long id that it begins with, of which the first digits tell enough. */
function Key({ of: key, identityId }: { of: string; identityId: string }) {
  return <>{key.replace(identityId, identityId.slice(0, 8))}</>;
}
