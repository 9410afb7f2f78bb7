// A still in full size: the faces over the picture, each beside the reference photos, what is wrong, and what to do.

import { useState } from 'react';
import type { Still, StillPicture } from '../../client/index.ts';
import { KeyScope } from '../review/KeyScope.tsx';
import { stepAround } from '../review/references.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Segments } from '../ui/Segments.tsx';
import type { StillAction } from './action-blocker.ts';
import { StillBadge } from './BatchBadge.tsx';
import { CompareFace } from './CompareFace.tsx';
import { FaceBoxes } from './FaceBoxes.tsx';
import { FaceList } from './FaceList.tsx';
import { FindingList } from './FindingList.tsx';
import { FramePicture } from './FramePicture.tsx';
import { type FaceChoice, firstChoice, withFace } from './face-choice.ts';
import { StillActions } from './StillActions.tsx';
import { faceName, shownPicture, stillName } from './still-view.ts';
import { useCompared } from './use-compared.ts';
import './StillView.css';

const t = texts.stills;

interface StillViewProps {
  stills: readonly Still[];
  place: number;
  names: ReadonlyMap<string, string>;
  onMove: (place: number) => void;
  onAct: (action: StillAction) => void;
  onClose: () => void;
}

export function StillView({ stills, place, names, onMove, onAct, onClose }: StillViewProps) {
  // The reader's own choices hold for the picture, and for the state of the still, that they were made for.
  const [turned, setTurned] = useState<{ stillId: string; revision: number; number: number }>();
  const [own, setOwn] = useState<FaceChoice & { pictureId: string }>();
  const still = stills[place];
  const isTurned = turned?.stillId === still?.stillId && turned?.revision === still?.revision;
  const picture =
    (isTurned ? still?.pictures.find(({ number }) => number === turned?.number) : undefined) ??
    (still && shownPicture(still));
  const choice = own && own.pictureId === picture?.pictureId ? own : still && firstChoice(picture ?? {}, still);
  const compared = useCompared(choice && still?.cast[choice.member]?.identityId);
  if (!still || !choice) return null;

  const name = stillName(still, stills);
  const move = (by: 1 | -1) => onMove(stepAround(place, by, stills.length));
  const keys = {
    arrowleft: () => move(-1),
    arrowright: () => move(1),
    arrowup: () => compared.turn(-1),
    arrowdown: () => compared.turn(1),
    r: () => onAct('repair'),
    d: () => onAct('redraw'),
    a: () => onAct('accept'),
  };
  const faces = picture && {
    still,
    picture,
    names,
    chosen: choice.face,
    onChoose: (face: number) => setOwn({ ...withFace(picture, still, face), pictureId: picture.pictureId }),
  };
  const face = choice.face === undefined ? undefined : picture?.check?.faces[choice.face];

  return (
    <KeyScope keys={keys}>
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
        <div className="lk-still-full" data-still={still.number}>
          <div className="lk-still-picture">
            <FramePicture size={still.size} pictureId={picture?.pictureId} alt={t.picture(name)}>
              {faces ? <FaceBoxes {...faces} /> : null}
            </FramePicture>
            <Pictures
              still={still}
              picture={picture}
              onTurn={(number) => setTurned({ stillId: still.stillId, revision: still.revision, number })}
            />
          </div>
          <div className="lk-still-words">
            <p className="lk-still-state">
              <StillBadge state={still.state} />
              <span className="lk-soft lk-small lk-numbers" role="status">
                {t.full.place(place + 1, stills.length)}
              </span>
            </p>
            <Said still={still} picture={picture} />
            <StillActions still={still} onAct={onAct} />
            {faces ? <FaceList {...faces} /> : null}
            {picture ? (
              <CompareFace
                still={still}
                picture={picture}
                choice={choice}
                name={face ? faceName(face, still, names) : ''}
                compared={compared}
                onMember={(member) => setOwn({ ...choice, member, pictureId: picture.pictureId })}
              />
            ) : null}
          </div>
          <div className="lk-still-prompt">
            <h3 className="lk-still-label">{t.full.prompt}</h3>
            <p className="lk-soft lk-small">{still.prompt}</p>
          </div>
        </div>
      </Dialog>
    </KeyScope>
  );
}

/** What is wrong with the picture, or that nothing is. */
function Said({ still, picture }: { still: Still; picture: StillPicture | undefined }) {
  const { accepted, closeReason } = still;
  return (
    <>
      {picture?.check ? <FindingList findings={picture.check.findings} /> : null}
      {picture?.check?.findings.length === 0 ? <p>{t.noFindings}</p> : null}
      {picture && !picture.check ? <p className="lk-soft">{t.unchecked}</p> : null}
      {closeReason ? <p>{closeReason}</p> : null}
      {accepted ? (
        <p>
          {t.accepted(accepted.by)} <q className="lk-quote">{accepted.reason}</q>
        </p>
      ) : null}
    </>
  );
}

interface PicturesProps {
  still: Still;
  picture: StillPicture | undefined;
  onTurn: (number: number) => void;
}

function Pictures({ still: { pictures, best }, picture, onTurn }: PicturesProps) {
  if (pictures.length < 2 || !picture) return null;
  const options = Object.fromEntries(
    pictures.map(({ number }) => [String(number), number === best ? t.pictures.kept(number) : t.pictures.name(number)]),
  );
  return (
    <Segments
      label={t.pictures.label}
      value={String(picture.number)}
      options={options}
      onChange={(number) => onTurn(Number(number))}
    />
  );
}
