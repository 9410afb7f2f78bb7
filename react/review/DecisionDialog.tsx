// The dialog of the decision that is being made.

import type { Identity } from '../../client/types.ts';
import { ApproveDialog } from './ApproveDialog.tsx';
import { RejectDialog } from './RejectDialog.tsx';
import type { Tile } from './tiles.ts';
import type { useDecision } from './use-decision.ts';

interface DecisionDialogProps {
  what: 'approve' | 'reject';
  identity: Identity;
  tiles: readonly Tile[];
  decision: ReturnType<typeof useDecision>;
  /** Nothing was decided. */
  onLeave: () => void;
  /** It was, here or elsewhere. */
  onDone: () => void;
}

export function DecisionDialog({ what, identity, tiles, decision, onLeave, onDone }: DecisionDialogProps) {
  const { sending, error, decide } = decision;
  const { round } = identity;
  const because = (reason: string) => (reason ? { reason } : {});
  if (what === 'approve') {
    return (
      <ApproveDialog
        round={round}
        tiles={tiles}
        sending={sending}
        error={error}
        onApprove={(note) => decide({ verdict: 'approve', round, ...because(note) }, onDone)}
        onClose={onLeave}
      />
    );
  }
  return (
    <RejectDialog
      identity={identity}
      sending={sending}
      error={error}
      onReject={(next, reason) => decide({ verdict: 'reject', round, next, ...because(reason) }, onDone)}
      onClose={onLeave}
    />
  );
}
