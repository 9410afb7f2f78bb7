// Accepting a flagged still as it is, with a reason that is kept with it.

import { useState } from 'react';
import type { Still } from '../../client/index.ts';
import { KeyScope } from '../review/KeyScope.tsx';
import { ReasonField } from '../review/ReasonField.tsx';
import { RefusedNotice } from '../review/RefusedNotice.tsx';
import type { WatchedBatch } from '../state/use-batch.ts';
import { useAcceptStill } from '../state/use-still-actions.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { FindingList } from './FindingList.tsx';

const t = texts.stills.accept;

interface AcceptDialogProps {
  still: Still;
  name: string;
  watched: WatchedBatch;
  onClose: () => void;
}

export function AcceptDialog({ still, name, watched, onClose }: AcceptDialogProps) {
  const [reason, setReason] = useState('');
  const accept = useAcceptStill(still, watched);
  const isMissing = reason.trim() === '';
  return (
    <KeyScope keys={{}}>
      <Dialog
        open
        onClose={onClose}
        size="small"
        title={t.title(name)}
        description={t.lead}
        closeLabel={texts.common.close}
        footer={
          <>
            <Button onClick={onClose}>{texts.common.cancel}</Button>
            <Button
              look="primary"
              icon="check"
              busy={accept.isPending}
              inactive={isMissing}
              onClick={() => accept.mutate(reason.trim(), { onSuccess: onClose })}
            >
              {t.confirm}
            </Button>
          </>
        }
      >
        <div className="lk-stack">
          <RefusedNotice error={accept.error} />
          <FindingList findings={still.findings} withNext={false} />
          <ReasonField label={t.reason} hint={t.reasonHint} value={reason} onChange={setReason} isFirst />
        </div>
      </Dialog>
    </KeyScope>
  );
}
