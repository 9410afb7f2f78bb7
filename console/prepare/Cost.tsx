// What a start costs, before it is pressed; or what is still missing, once it was.

import type { CostEstimate } from '../../client/index.ts';
import type { Sending } from '../state/use-store-draft.ts';
import { texts } from '../texts.ts';
import { Icon } from '../ui/Icon.tsx';
import { Uploading } from './OnItsWay.tsx';
import './Cost.css';

const t = texts.modal;
const { dollars } = texts.common;

interface CostProps {
  cost: CostEstimate | undefined;
  storing: Sending | undefined;
  /** Told in place of the cost. */
  blocker: string | undefined;
}

export function Cost({ cost, storing, blocker }: CostProps) {
  return (
    <div className="lk-cost" role="status">
      {blocker ? (
        <p className="lk-prepare-blocker">
          <Icon name="alert" />
          {blocker}
        </p>
      ) : storing ? (
        <Uploading {...storing} />
      ) : cost ? (
        <Known cost={cost} />
      ) : (
        <p className="lk-soft lk-small">{t.costWaits}</p>
      )}
    </div>
  );
}

function Known({ cost }: { cost: CostEstimate }) {
  const { training, testImages, total, rescueMax, budget } = cost;
  return (
    <>
      <p className="lk-cost-total lk-numbers">{t.cost(dollars(total))}</p>
      <p className="lk-soft lk-small lk-numbers">
        {t.costParts(dollars(training), dollars(testImages))}
        {rescueMax > 0 ? ` ${t.costRescue(dollars(rescueMax))}` : null}
      </p>
      <p className={budget.warning ? 'lk-cost-warning lk-small lk-numbers' : 'lk-soft lk-small lk-numbers'}>
        {t.budgetLeft(dollars(budget.left))}
      </p>
    </>
  );
}
