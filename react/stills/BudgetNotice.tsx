// A batch that waits for budget: which one is used up, and more of it.

import { type FormEvent, useState } from 'react';
import type { BatchItem } from '../../client/index.ts';
import { RefusedNotice } from '../review/RefusedNotice.tsx';
import type { WatchedBatch } from '../state/use-batch.ts';
import { useSetBudget } from '../state/use-batch-actions.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { LinkButton } from '../ui/LinkButton.tsx';
import { Notice } from '../ui/Notice.tsx';
import { dollars } from './price-text.ts';
import { budgetOf } from './scene.ts';
import './BudgetNotice.css';

const t = texts.stills.budget;

interface BudgetNoticeProps {
  batch: BatchItem;
  watched: WatchedBatch;
  operationsHref: string | undefined;
}

export function BudgetNotice({ batch, watched, operationsHref }: BudgetNoticeProps) {
  const { batchId, budgetUsd, price } = batch;
  const [text, setText] = useState(String(price.highestUsd));
  const [isWrong, setIsWrong] = useState(false);
  const saving = useSetBudget(batchId, watched);
  // What the batch may cost is all that it can cost: then it is the month that has no room.
  const isMonth = budgetUsd >= price.highestUsd;
  const save = (event: FormEvent) => {
    event.preventDefault();
    const budget = budgetOf(text);
    const isMore = typeof budget === 'number' && budget > budgetUsd;
    setIsWrong(!isMore);
    if (isMore && !saving.isPending) saving.mutate(budget);
  };
  return (
    <>
      <Notice
        tone="warn"
        title={saving.isSuccess ? t.raised : isMonth ? t.month : t.used(dollars(budgetUsd))}
        actions={
          isMonth && !saving.isSuccess && operationsHref ? (
            <LinkButton size="small" href={operationsHref}>
              {t.toOperations}
            </LinkButton>
          ) : null
        }
      >
        {saving.isSuccess ? t.raisedLead : isMonth ? t.monthLead : t.usedLead(dollars(price.highestUsd))}
      </Notice>
      <RefusedNotice error={saving.error} />
      {isMonth || saving.isSuccess ? null : (
        <form className="lk-budget-form" noValidate onSubmit={save}>
          <Field label={t.field} error={isWrong ? t.wrong(dollars(budgetUsd)) : undefined}>
            {(field) => (
              <input
                {...field}
                inputMode="decimal"
                autoComplete="off"
                value={text}
                onChange={({ target }) => setText(target.value)}
              />
            )}
          </Field>
          <Button type="submit" look="primary" busy={saving.isPending}>
            {t.raise}
          </Button>
        </form>
      )}
    </>
  );
}
