// How far a batch and a still are, in two words.

import type { BatchItem, Still } from '../../client/index.ts';
import { isStillEnd } from '../../domain/stills/still.ts';
import { texts } from '../texts.ts';
import { Badge, type Tone } from '../ui/Badge.tsx';
import type { IconName } from '../ui/Icon.tsx';
import { isOver } from './counts.ts';

const t = texts.stills;

export function BatchBadge({ batch }: { batch: BatchItem }) {
  const { state } = batch;
  if (state === 'waiting_for_budget') {
    return (
      <Badge tone="warn" icon="clock">
        {t.batchState[state]}
      </Badge>
    );
  }
  // A repair goes on in a batch that is done.
  if (!isOver(batch)) {
    return (
      <Badge tone="accent" busy>
        {t.batchState.running}
      </Badge>
    );
  }
  const tone = state === 'failed' ? 'bad' : state === 'done' ? 'good' : 'neutral';
  return <Badge tone={tone}>{t.batchState[state]}</Badge>;
}

const ENDS: Partial<Record<Still['state'], [Tone, IconName]>> = {
  passed: ['good', 'check'],
  flagged: ['warn', 'alert'],
  failed: ['bad', 'alert'],
  refused: ['bad', 'alert'],
  cancelled: ['neutral', 'cross'],
};

export function StillBadge({ state }: { state: Still['state'] }) {
  const [tone, icon] = ENDS[state] ?? ['accent', undefined];
  const sign = icon ? { icon } : {};
  return (
    <Badge tone={tone} {...sign} busy={!isStillEnd(state) && state !== 'queued'}>
      {t.state[state]}
    </Badge>
  );
}
