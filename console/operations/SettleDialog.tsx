// What became of a paid request: the provider has it, it does not, or nobody will ever know.

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Identity } from '../../client/index.ts';
import { RefusedNotice } from '../../react/review/RefusedNotice.tsx';
import { useLikeness } from '../../react/state/likeness-provider.tsx';
import { Button } from '../../react/ui/Button.tsx';
import { Choice } from '../../react/ui/Choice.tsx';
import { Dialog } from '../../react/ui/Dialog.tsx';
import { Field } from '../../react/ui/Field.tsx';
import { texts } from '../texts.ts';

const t = texts.operations.payments;

const OUTCOMES = ['adopt', 'not_charged', 'give_up'] as const;
type Outcome = (typeof OUTCOMES)[number];

interface SettleDialogProps {
  identityId: string;
  call: Pick<Identity['unclear'][number], 'callKey' | 'purpose' | 'estimateUsd'>;
  onClose: () => void;
  onSettled: () => void;
}

export function SettleDialog({ identityId, call, onClose, onSettled }: SettleDialogProps) {
  const client = useLikeness();
  const { callKey } = call;
  const [outcome, setOutcome] = useState<Outcome>('adopt');
  const [requestId, setRequestId] = useState('');
  const [missing, setMissing] = useState(false);
  const settling = useMutation({
    mutationFn: () =>
      client.identities.settle(
        identityId,
        outcome === 'adopt' ? { callKey, outcome, requestId: requestId.trim() } : { callKey, outcome },
      ),
    onSuccess: onSettled,
  });
  const settle = () => {
    const incomplete = outcome === 'adopt' && requestId.trim() === '';
    setMissing(incomplete);
    if (!incomplete) settling.mutate();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t.title}
      description={`${texts.operations.purposes[call.purpose]} · ${texts.common.dollars(call.estimateUsd)}`}
      closeLabel={texts.common.close}
      footer={
        <>
          <Button onClick={onClose}>{texts.common.cancel}</Button>
          <Button look={outcome === 'give_up' ? 'danger' : 'primary'} busy={settling.isPending} onClick={settle}>
            {t.confirm[outcome]}
          </Button>
        </>
      }
    >
      <div className="lk-stack">
        <RefusedNotice error={settling.error} />
        <fieldset className="lk-choices">
          <legend className="lk-only-read">{t.title}</legend>
          {OUTCOMES.map((one) => (
            <Choice
              key={one}
              name="outcome"
              value={one}
              title={t.outcomes[one]}
              checked={outcome === one}
              onChoose={() => setOutcome(one)}
            >
              {t.hints[one]}
            </Choice>
          ))}
        </fieldset>
        {outcome === 'adopt' ? (
          <Field label={t.requestId} hint={t.requestIdHint} error={missing ? t.requestIdMissing : undefined}>
            {(field) => (
              <input
                {...field}
                value={requestId}
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => setRequestId(event.target.value)}
              />
            )}
          </Field>
        ) : null}
      </div>
    </Dialog>
  );
}
