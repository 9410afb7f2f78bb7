// A new cap for the month; none goes back to the settings.

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { Budget } from '../../client/index.ts';
import { RefusedNotice } from '../../react/review/RefusedNotice.tsx';
import { useLikeness } from '../../react/state/likeness-provider.tsx';
import { Button } from '../../react/ui/Button.tsx';
import { Dialog } from '../../react/ui/Dialog.tsx';
import { Field } from '../../react/ui/Field.tsx';
import { texts } from '../texts.ts';
import { readCap } from './read-cap.ts';

const t = texts.operations.budget;

interface CapDialogProps {
  budget: Budget;
  onClose: () => void;
  onSaved: (budget: Budget) => void;
}

export function CapDialog({ budget, onClose, onSaved }: CapDialogProps) {
  const client = useLikeness();
  const form = useId();
  const [text, setText] = useState(budget.ownCap ? String(budget.cap) : '');
  const [wrong, setWrong] = useState(false);
  const saving = useMutation({ mutationFn: (cap: number | null) => client.budget.set(cap), onSuccess: onSaved });
  const save = (event: FormEvent) => {
    event.preventDefault();
    const cap = readCap(text);
    setWrong(cap === undefined);
    if (cap !== undefined && !saving.isPending) saving.mutate(cap);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size="small"
      title={t.cap}
      closeLabel={texts.common.close}
      footer={
        <>
          <Button onClick={onClose}>{texts.common.cancel}</Button>
          <Button look="primary" type="submit" form={form} busy={saving.isPending}>
            {t.save}
          </Button>
        </>
      }
    >
      <form id={form} className="lk-stack" noValidate onSubmit={save}>
        <RefusedNotice error={saving.error} />
        <Field label={t.field} hint={t.fieldHint} error={wrong ? t.bad : undefined}>
          {(field) => (
            <input
              {...field}
              inputMode="decimal"
              autoComplete="off"
              placeholder={String(budget.cap)}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
