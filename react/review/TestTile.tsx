// One of the five tests: its picture, which opens in full size, what is known of it.

import type { Ref } from 'react';
import { Picture } from '../parts/Picture.tsx';
import { texts } from '../texts.ts';
import { Badge } from '../ui/Badge.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Compared } from './Compared.tsx';
import type { ReferencePhoto } from './references.ts';
import { ScoreWords } from './ScoreWords.tsx';
import { hasPicture, type Tile } from './tiles.ts';
import './TestTile.css';

const t = texts.review;

interface TestTileProps {
  tile: Tile;
  references: readonly ReferencePhoto[];
  onOpen: () => void;
  openRef: Ref<HTMLButtonElement>;
  /** Below the heading of what it belongs to. */
  heading?: 'h4' | 'h5';
  /** What has no score will not get one. */
  isOver?: boolean;
}

export function TestTile(props: TestTileProps) {
  const { tile, references, onOpen, openRef, heading: Heading = 'h4', isOver = false } = props;
  const name = t.types[tile.type];
  return (
    <li className="lk-tile" data-state={tile.state} data-type={tile.type}>
      {hasPicture(tile) ? (
        <button ref={openRef} type="button" className="lk-tile-open" aria-label={t.open(name)} onClick={onOpen}>
          <Picture source={{ imageId: tile.imageId }} alt="" />
        </button>
      ) : (
        <div className="lk-tile-none">
          <Icon name={tile.state === 'failed' ? 'alert' : 'photo'} />
          {tile.state === 'failed' ? t.failed : null}
        </div>
      )}
      <div className="lk-tile-words">
        <div className="lk-tile-head">
          <Heading>{name}</Heading>
          {tile.state === 'not_scorable' ? <Badge tone="warn">{t.notScored}</Badge> : null}
          {'seen' in tile && tile.seen.copyOf !== undefined ? <Badge tone="warn">{t.copyShort}</Badge> : null}
        </div>
        <ScoreWords tile={tile} isOver={isOver} />
        <Compared tile={tile} references={references} />
      </div>
    </li>
  );
}
