// A test image in full size with a reference photo beside it. Arrows move through both.

import { useState } from 'react';
import { Picture } from '../parts/Picture.tsx';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Beside } from './Beside.tsx';
import { Compared } from './Compared.tsx';
import { KeyScope, type Keys } from './KeyScope.tsx';
import { firstBeside, type ReferencePhoto, stepAround } from './references.ts';
import { ScoreWords } from './ScoreWords.tsx';
import type { TilePicture } from './tiles.ts';
import './FullView.css';

const t = texts.review.full;

interface FullViewProps {
  tiles: readonly TilePicture[];
  references: readonly ReferencePhoto[];
  place: number;
  onMove: (place: number) => void;
  onClose: () => void;
  /** What else a key does here: the decision, where there is one to make. */
  keys: Keys;
}

export function FullView({ tiles, references, place, onMove, onClose, keys }: FullViewProps) {
  // The reader's own choice holds for the image that it was made beside.
  const [chosen, setChosen] = useState<{ imageId: string; place: number }>();
  const tile = tiles[place];
  if (!tile) return null;
  const { imageId } = tile;
  const beside = chosen?.imageId === imageId ? chosen.place : firstBeside(tile, references);
  const name = texts.review.types[tile.type];
  const move = (by: 1 | -1) => onMove(stepAround(place, by, tiles.length));
  const turn = (by: 1 | -1) => setChosen({ imageId, place: stepAround(beside, by, references.length) });
  const moving = {
    arrowleft: () => move(-1),
    arrowright: () => move(1),
    arrowup: () => turn(-1),
    arrowdown: () => turn(1),
  };

  return (
    <KeyScope keys={{ ...keys, ...moving }}>
      <Dialog
        open
        onClose={onClose}
        size="wide"
        title={t.title(name)}
        closeLabel={texts.common.close}
        footer={
          <>
            <p className="lk-soft lk-small lk-full-hint">{t.hint}</p>
            <Button icon="left" onClick={() => move(-1)}>
              {t.previous}
            </Button>
            <Button icon="right" onClick={() => move(1)}>
              {t.next}
            </Button>
          </>
        }
      >
        <div className="lk-full">
          <figure className="lk-full-picture" data-type={tile.type}>
            <Picture source={{ imageId }} alt={`${t.test}: ${name}`} fit="contain" />
            <figcaption className="lk-full-caption">
              <span>
                {t.test}: {name}
              </span>
              <span className="lk-soft lk-numbers" role="status">
                {t.place(place + 1, tiles.length)}
              </span>
            </figcaption>
          </figure>
          <Beside references={references} place={beside} onTurn={turn} />
          <div className="lk-full-words">
            <ScoreWords tile={tile} />
          </div>
          <Compared
            tile={tile}
            references={references}
            beside={beside}
            onPick={(to) => setChosen({ imageId, place: to })}
          />
        </div>
      </Dialog>
    </KeyScope>
  );
}
