// The month's budget: what is gone of it, a warning from 80 %, and a new cap.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type CSSProperties, type ReactNode, useState } from 'react';
import type { Budget } from '../../client/index.ts';
import { useLikeness } from '../../react/state/likeness-provider.tsx';
import { Button } from '../../react/ui/Button.tsx';
import { Notice } from '../../react/ui/Notice.tsx';
import { texts } from '../texts.ts';
import { CapDialog } from './CapDialog.tsx';
import { OperationsSection } from './OperationsSection.tsx';
import './BudgetSection.css';

const t = texts.operations.budget;
const POLL_MS = 10_000;
const BUDGET_KEY = ['likeness', 'budget'] as const;

export function BudgetSection() {
  const client = useLikeness();
  const queries = useQueryClient();
  const [changing, setChanging] = useState(false);
  const query = useQuery({ queryKey: BUDGET_KEY, queryFn: () => client.budget.get(), refetchInterval: POLL_MS });
  const budget = query.data;
  return (
    <OperationsSection
      heading={t.heading}
      query={query}
      aside={budget ? <span className="lk-soft lk-small">{t.month(budget.month)}</span> : null}
    >
      {budget ? (
        <>
          <Use budget={budget} />
          <Button size="small" onClick={() => setChanging(true)}>
            {t.change}
          </Button>
        </>
      ) : null}
      {changing && budget ? (
        <CapDialog
          budget={budget}
          onClose={() => setChanging(false)}
          onSaved={(saved) => {
            queries.setQueryData(BUDGET_KEY, saved);
            setChanging(false);
          }}
        />
      ) : null}
    </OperationsSection>
  );
}

function Use({ budget }: { budget: Budget }) {
  const { cap, charged, reserved, left, warning, ownCap, identityCap } = budget;
  const { dollars } = texts.common;
  const share = (amount: number) => `${cap > 0 ? Math.min(100, (amount / cap) * 100) : 100}%`;
  const places = { '--lk-charged': share(charged), '--lk-reserved': share(reserved) } as CSSProperties;
  return (
    <>
      {left <= 0 ? <Notice tone="bad">{t.spent}</Notice> : warning ? <Notice tone="warn">{t.warning}</Notice> : null}
      <div className="lk-budget-bar" data-warning={warning} style={places} aria-hidden="true">
        <span className="lk-budget-charged" />
        <span className="lk-budget-reserved" />
      </div>
      <dl className="lk-facts lk-numbers">
        <Fact name={t.charged}>{dollars(charged)}</Fact>
        <Fact name={t.reserved}>{dollars(reserved)}</Fact>
        <Fact name={t.left}>{dollars(left)}</Fact>
        <Fact name={t.cap}>
          {dollars(cap)} {ownCap ? null : <span className="lk-soft lk-small">{t.standard}</span>}
        </Fact>
      </dl>
      <p className="lk-soft lk-small">{t.identity(dollars(identityCap))}</p>
    </>
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
