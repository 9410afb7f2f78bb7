// The stills of a batch as tiles: all of them, or those that a person has to look at.

import { useState } from 'react';
import type { Still } from '../../client/index.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Segments } from '../ui/Segments.tsx';
import { StillTile } from './StillTile.tsx';
import { stillName } from './still-view.ts';
import type { StillFocus } from './use-still-focus.ts';
import './StillGrid.css';

const t = texts.stills;
/** More are shown when they are asked for: a storyboard may have thousands. */
const PAGE = 60;

interface StillGridProps {
  stills: readonly Still[];
  names: ReadonlyMap<string, string>;
  focus: StillFocus;
  onOpen: (number: number) => void;
}

export function StillGrid({ stills, names, focus, onOpen }: StillGridProps) {
  const [which, setWhich] = useState<'all' | 'flagged'>('all');
  const [pages, setPages] = useState(1);
  const flagged = stills.filter(({ state }) => state === 'flagged');
  // The last flagged one was accepted: there is nothing to choose any more.
  const isAll = which === 'all' || flagged.length === 0;
  const all = isAll ? stills : flagged;
  const shown = all.slice(0, pages * PAGE);
  return (
    <section className="lk-batch-frames" aria-label={t.frames}>
      {flagged.length > 0 && flagged.length < stills.length ? (
        <Segments
          label={t.show.label}
          value={which}
          options={{ all: t.show.all(stills.length), flagged: t.show.flagged(flagged.length) }}
          onChange={setWhich}
        />
      ) : null}
      <ul className="lk-still-list">
        {shown.map((still) => (
          <StillTile
            key={still.stillId}
            still={still}
            name={stillName(still, stills)}
            names={names}
            onOpen={() => onOpen(still.number)}
            openRef={focus.refOf(still.number)}
          />
        ))}
      </ul>
      {shown.length < all.length ? (
        <Button className="lk-batch-more" onClick={() => setPages(pages + 1)}>
          {texts.common.more}
        </Button>
      ) : null}
    </section>
  );
}
