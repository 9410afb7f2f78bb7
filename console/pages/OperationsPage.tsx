// #/operations: what waits for a person, and what was paid.

import { useNow } from '../../react/state/use-now.ts';
import { AccountAlarm } from '../operations/AccountAlarm.tsx';
import { BudgetSection } from '../operations/BudgetSection.tsx';
import { LedgerSection } from '../operations/LedgerSection.tsx';
import { UnclearPayments } from '../operations/UnclearPayments.tsx';
import { WaitingApprovals } from '../operations/WaitingApprovals.tsx';
import { texts } from '../texts.ts';
import './OperationsPage.css';

const t = texts.operations;

export function OperationsPage() {
  const now = useNow();
  return (
    <div className="lk-operations">
      <header>
        <h1>{t.heading}</h1>
        <p className="lk-soft">{t.lead}</p>
      </header>
      <AccountAlarm now={now} />
      <div className="lk-operations-columns">
        <WaitingApprovals now={now} />
        <BudgetSection />
      </div>
      <UnclearPayments now={now} />
      <LedgerSection />
    </div>
  );
}
