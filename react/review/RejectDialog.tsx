// Sending a round back: why, and what happens next with what it costs.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Identity } from '../../client/types.ts';
import { NEXT_STEPS, type NextStep } from '../../domain/decision.ts';
import { useLikeness } from '../state/likeness-provider.tsx';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Choice } from '../ui/Choice.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { KeyScope } from './KeyScope.tsx';
import { ReasonField } from './ReasonField.tsx';
import { RefusedNotice } from './RefusedNotice.tsx';

const t = texts.review.reject;

interface RejectDialogProps {
  identity: Identity;
  sending: boolean;
  error: Error | undefined;
  onReject: (next: NextStep, reason: string) => void;
  onClose: () => void;
}

export function RejectDialog({ identity, sending, error, onReject, onClose }: RejectDialogProps) {
  const [next, setNext] = useState<NextStep>('regenerate');
  const [reason, setReason] = useState('');
  const costs = useCosts(identity);
  const reject = () => onReject(next, reason.trim());
  return (
    <KeyScope keys={{}}>
      <Dialog
        open
        onClose={onClose}
        title={t.title(identity.round)}
        closeLabel={texts.common.close}
        footer={
          <>
            <Button onClick={onClose}>{texts.review.keepReviewing}</Button>
            <Button look={next === 'abandon' ? 'danger' : 'primary'} busy={sending} onClick={reject}>
              {t.confirm[next]}
            </Button>
          </>
        }
      >
        <div className="lk-stack">
          <RefusedNotice error={error} />
          <fieldset className="lk-choices">
            <legend>{t.next}</legend>
            {NEXT_STEPS.map((step) => (
              <Choice
                key={step}
                name="next"
                value={step}
                title={t.steps[step]}
                checked={next === step}
                onChoose={() => setNext(step)}
              >
                {t.hints[step](costs[step] ?? t.costUnknown)}
              </Choice>
            ))}
          </fieldset>
          <ReasonField label={t.reason} hint={t.reasonHint} value={reason} onChange={setReason} />
        </div>
      </Dialog>
    </KeyScope>
  );
}

/** By the dry run of a start with the same photos; undefined while it is not known. */
function useCosts({ characterId, identityId, photos }: Identity): Partial<Record<NextStep, string>> {
  const client = useLikeness();
  const photoIds = photos.filter(({ verdict }) => verdict !== 'rejected').map(({ photoId }) => photoId);
  const { data } = useQuery({
    queryKey: ['likeness', 'estimate', identityId],
    queryFn: () => client.identities.dryRun(characterId, { photoIds }),
  });
  if (!data) return {};
  return { regenerate: texts.common.dollars(data.testImages), retrain: texts.common.dollars(data.total) };
}
