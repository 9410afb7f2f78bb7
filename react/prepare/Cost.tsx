// What a start costs, from the first photo on; and what is still missing, once it was pressed.

import type { RunEstimate } from '../../client/index.ts';
import type { Sending } from '../state/use-store-draft.ts';
import { texts } from '../texts.ts';
import { Icon } from '../ui/Icon.tsx';
import { durationWords } from './duration-words.ts';
import { Uploading } from './OnItsWay.tsx';
import './Cost.css';

const t = texts.modal;
const { dollars } = texts.common;

interface CostProps {
  /** Undefined while it is not known, or there is nothing yet that could be trained. */
  estimate: RunEstimate | undefined;
  storing: Sending | undefined;
  /** What has to be done first; told beside the cost. */
  blocker: string | undefined;
}

export function Cost({ estimate, storing, blocker }: CostProps) {
  return (
    <div className="lk-cost">
      <div role="status">
        {blocker ? (
          <p className="lk-prepare-blocker">
            <Icon name="alert" />
            {blocker}
          </p>
        ) : storing ? (
          <Uploading {...storing} />
        ) : null}
      </div>
      {estimate ? <Known estimate={estimate} /> : <p className="lk-soft lk-small">{t.costWaits}</p>}
    </div>
  );
}

function Known({ estimate }: { estimate: RunEstimate }) {
  const { training, testImages, total, rescueMax, budget, expected } = estimate;
  return (
    <>
      <p className="lk-cost-total lk-numbers">{t.cost(dollars(total))}</p>
      <p className="lk-soft lk-small lk-numbers">
        {t.costParts(dollars(training), dollars(testImages))}
        {rescueMax > 0 ? ` ${t.costRescue(dollars(rescueMax))}` : null}{' '}
        {t.time(durationWords(expected.trainingSeconds))}
      </p>
      <p className={budget.warning ? 'lk-cost-warning lk-small lk-numbers' : 'lk-soft lk-small lk-numbers'}>
        {t.budgetLeft(dollars(budget.left))}
      </p>
    </>
  );
}
