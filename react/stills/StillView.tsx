// A still in full size: the faces over the picture, what is wrong, and how it was asked for. Arrows move to the others.

import { useState } from 'react';
import type { Still } from '../../client/index.ts';
import { KeyScope, type Keys } from '../review/KeyScope.tsx';
import { stepAround } from '../review/references.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { StillBadge } from './BatchBadge.tsx';
import { FaceBoxes } from './FaceBoxes.tsx';
import { FaceList } from './FaceList.tsx';
import { FindingList } from './FindingList.tsx';
import { FramePicture } from './FramePicture.tsx';
import { shownPicture, stillName } from './still-view.ts';
import './StillView.css';

const t = texts.stills;

interface StillViewProps {
  stills: readonly Still[];
  place: number;
  names: ReadonlyMap<string, string>;
  onMove: (place: number) => void;
  onClose: () => void;
  keys: Keys;
}

export function StillView({ stills, place, names, onMove, onClose, keys }: StillViewProps) {
  const [chosen, setChosen] = useState<{ pictureId: string; face: number }>();
  const still = stills[place];
  if (!still) return null;
  const picture = shownPicture(still);
  const name = stillName(still, stills);
  const move = (by: 1 | -1) => onMove(stepAround(place, by, stills.length));
  const moving = { arrowleft: () => move(-1), arrowright: () => move(1) };
  const face = chosen && chosen.pictureId === picture?.pictureId ? chosen.face : undefined;

  return (
    <KeyScope keys={{ ...keys, ...moving }}>
      <Dialog
        open
        onClose={onClose}
        size="wide"
        title={name}
        closeLabel={texts.common.close}
        footer={
          <>
            <p className="lk-soft lk-small lk-full-hint">{t.full.hint}</p>
            <Button icon="left" onClick={() => move(-1)}>
              {t.full.previous}
            </Button>
            <Button icon="right" onClick={() => move(1)}>
              {t.full.next}
            </Button>
          </>
        }
      >
        <div className="lk-still-full">
          <div className="lk-still-picture">
            <FramePicture size={still.size} pictureId={picture?.pictureId} alt={t.picture(name)}>
              {picture ? (
                <FaceBoxes
                  still={still}
                  picture={picture}
                  names={names}
                  chosen={face}
                  onChoose={(index) => setChosen({ pictureId: picture.pictureId, face: index })}
                />
              ) : null}
            </FramePicture>
          </div>
          <div className="lk-still-words">
            <p className="lk-still-state">
              <StillBadge state={still.state} />
              <span className="lk-soft lk-small lk-numbers" role="status">
                {t.full.place(place + 1, stills.length)}
              </span>
            </p>
            {picture ? <FaceList still={still} picture={picture} names={names} /> : null}
            <FindingList findings={picture?.check?.findings ?? []} />
            {picture && !picture.check ? <p className="lk-soft">{t.unchecked}</p> : null}
            {picture?.check?.findings.length === 0 ? <p>{t.noFindings}</p> : null}
            <div>
              <h3 className="lk-still-label">{t.full.prompt}</h3>
              <p className="lk-soft lk-small lk-still-prompt">{still.prompt}</p>
            </div>
          </div>
        </div>
      </Dialog>
    </KeyScope>
  );
}
