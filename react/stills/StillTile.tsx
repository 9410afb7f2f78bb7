// One still of a batch: its picture, which opens in full size, who is in it, and what is wrong.

import type { Ref } from 'react';
import type { Still } from '../../client/index.ts';
import { isStillEnd } from '../../domain/stills/still.ts';
import { useWasInSight } from '../cast/use-was-in-sight.ts';
import { texts } from '../texts.ts';
import { Icon } from '../ui/Icon.tsx';
import { StillBadge } from './BatchBadge.tsx';
import { FaceBoxes } from './FaceBoxes.tsx';
import { FaceList } from './FaceList.tsx';
import { FindingList } from './FindingList.tsx';
import { FramePicture } from './FramePicture.tsx';
import { shownPicture } from './still-view.ts';
import './StillTile.css';

const t = texts.stills;

interface StillTileProps {
  still: Still;
  name: string;
  names: ReadonlyMap<string, string>;
  onOpen: () => void;
  openRef: Ref<HTMLButtonElement>;
}

export function StillTile({ still, name, names, onOpen, openRef }: StillTileProps) {
  const [tile, wasInSight] = useWasInSight<HTMLLIElement>();
  const picture = shownPicture(still);
  const isEnd = isStillEnd(still.state);
  return (
    <li className="lk-tile lk-still" ref={tile} data-state={still.state} data-still={still.number}>
      <button ref={openRef} type="button" className="lk-tile-open" aria-label={t.open(name)} onClick={onOpen}>
        <FramePicture size={still.size} pictureId={wasInSight ? picture?.pictureId : undefined} alt="">
          {picture && isEnd ? <FaceBoxes still={still} picture={picture} names={names} /> : null}
        </FramePicture>
      </button>
      <div className="lk-tile-words">
        <div className="lk-tile-head">
          <h2>{name}</h2>
          <StillBadge state={still.state} />
        </div>
        {isEnd && picture ? <FaceList still={still} picture={picture} names={names} /> : null}
        {isEnd ? <FindingList findings={still.findings} /> : null}
        {isEnd && !picture ? <p className="lk-small">{still.closeReason ?? t.none}</p> : null}
        {still.accepted ? (
          <p className="lk-small lk-still-accepted">
            <Icon name="check" /> {t.accepted(still.accepted.by)} <q className="lk-quote">{still.accepted.reason}</q>
          </p>
        ) : null}
      </div>
    </li>
  );
}
