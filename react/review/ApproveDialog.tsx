// The last look before a round is approved: what speaks against it, what it means, and room for a note.

import { useState } from 'react';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Notice } from '../ui/Notice.tsx';
import { cautionsOf } from './cautions.ts';
import { KeyScope } from './KeyScope.tsx';
import { ReasonField } from './ReasonField.tsx';
import { RefusedNotice } from './RefusedNotice.tsx';
import type { Tile } from './tiles.ts';

const t = texts.review.approve;

interface ApproveDialogProps {
  round: number;
  tiles: readonly Tile[];
  sending: boolean;
  error: Error | undefined;
  onApprove: (note: string) => void;
  onClose: () => void;
}

export function ApproveDialog({ round, tiles, sending, error, onApprove, onClose }: ApproveDialogProps) {
  const [note, setNote] = useState('');
  const cautions = cautionsOf(tiles);
  const approve = () => {
    if (!sending) onApprove(note.trim());
  };
  return (
    <KeyScope keys={{ a: approve }}>
      <Dialog
        open
        onClose={onClose}
        size="small"
        title={t.title(round)}
        description={t.lead}
        closeLabel={texts.common.close}
        footer={
          <>
            <Button onClick={onClose}>{texts.review.keepReviewing}</Button>
            <Button look="primary" icon="check" busy={sending} autoFocus onClick={approve}>
              {t.confirm}
            </Button>
          </>
        }
      >
        <div className="lk-stack">
          <RefusedNotice error={error} />
          {cautions.length > 0 ? (
            <Notice tone="warn" title={t.cautions}>
              <ul>
                {cautions.map((caution) => (
                  <li key={caution}>{caution}</li>
                ))}
              </ul>
            </Notice>
          ) : null}
          <ReasonField label={t.note} value={note} onChange={setNote} />
          <p className="lk-soft lk-small">{t.again}</p>
        </div>
      </Dialog>
    </KeyScope>
  );
}
