// One more repair, or a new drawing: what it does and what it costs, before the click that pays.

import type { Still } from '../../client/index.ts';
import { KeyScope } from '../review/KeyScope.tsx';
import { RefusedNotice } from '../review/RefusedNotice.tsx';
import type { WatchedBatch } from '../state/use-batch.ts';
import { type AgainKind, useAgainPrice, useDrawAgain } from '../state/use-still-actions.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Spinner } from '../ui/Spinner.tsx';
import { dollars } from './price-text.ts';

const t = texts.stills;

interface AgainDialogProps {
  still: Still;
  name: string;
  kind: AgainKind;
  watched: WatchedBatch;
  onClose: () => void;
}

export function AgainDialog({ still, name, kind, watched, onClose }: AgainDialogProps) {
  const { data, error } = useAgainPrice(still, kind);
  const draw = useDrawAgain(still, kind, watched);
  const words = t.again[kind];
  return (
    <KeyScope keys={{}}>
      <Dialog
        open
        onClose={onClose}
        size="small"
        title={words.title(name)}
        description={words.lead}
        closeLabel={texts.common.close}
        footer={
          <>
            <Button onClick={onClose}>{texts.common.cancel}</Button>
            <Button
              look="primary"
              busy={draw.isPending}
              inactive={!data}
              data-lk-first
              onClick={() => draw.mutate(undefined, { onSuccess: onClose })}
            >
              {words.confirm}
            </Button>
          </>
        }
      >
        <div className="lk-stack">
          <RefusedNotice error={draw.error ?? error} />
          {data ? <p className="lk-numbers">{t.again.price(dollars(data.priceUsd))}</p> : null}
          {data || error ? null : (
            <p className="lk-soft" role="status">
              <Spinner /> {texts.scene.price.asking}
            </p>
          )}
        </div>
      </Dialog>
    </KeyScope>
  );
}
