// How far the identity of a character is, in two or three words.

import type { Character } from '../../client/index.ts';
import { STAGE_TEXT } from '../../domain/stage.ts';
import { texts } from '../texts.ts';
import { Badge } from '../ui/Badge.tsx';

export function IdentityBadge({ identity }: { identity: Pick<Character['identity'], 'status' | 'stage'> }) {
  const { status, stage } = identity;
  const words = stage ? STAGE_TEXT[stage] : texts.cast.none;
  switch (status) {
    case 'ready':
      return (
        <Badge tone="good" icon="check">
          {texts.cast.ready}
        </Badge>
      );
    case 'preparing':
      return (
        <Badge tone="accent" busy>
          {words}
        </Badge>
      );
    case 'needs_attention':
      return (
        <Badge tone="warn" icon="alert">
          {words}
        </Badge>
      );
    case 'none':
      // The newest was approved, and the version that was current was taken out of use.
      return <Badge>{stage === 'ready' ? texts.cast.noCurrent : words}</Badge>;
  }
}
