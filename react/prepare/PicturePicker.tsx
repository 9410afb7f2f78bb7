// Chooses photos among the pictures that were generated of a character: a list of check boxes, each with its picture.

import { useState } from 'react';
import type { CharacterPicture } from '../../client/index.ts';
import { Picture } from '../parts/Picture.tsx';
import { sinceWords } from '../review/time-words.ts';
import { errorText } from '../state/error-text.ts';
import { nameOf, sourceOf } from '../state/generated-pictures.ts';
import { useCharacterPictures } from '../state/use-character-pictures.ts';
import { useNow } from '../state/use-now.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import './PicturePicker.css';

const t = texts.modal.generated;

interface PicturePickerProps {
  characterId: string;
  /** The ids of those that are among the photos already. */
  taken: ReadonlySet<string>;
  onChoose: (pictures: CharacterPicture[]) => void;
  onClose: () => void;
}

export function PicturePicker({ characterId, taken, onChoose, onClose }: PicturePickerProps) {
  const [chosen, setChosen] = useState<ReadonlyMap<string, CharacterPicture>>(new Map());
  const toggle = (picture: CharacterPicture) => {
    const next = new Map(chosen);
    if (!next.delete(picture.pictureId)) next.set(picture.pictureId, picture);
    setChosen(next);
  };
  const choose = () => {
    onChoose([...chosen.values()]);
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t.title}
      description={t.lead}
      size="large"
      closeLabel={texts.common.close}
      footer={
        <>
          <Button onClick={onClose}>{texts.common.cancel}</Button>
          <Button look="primary" inactive={chosen.size === 0} onClick={choose}>
            {t.add(chosen.size)}
          </Button>
        </>
      }
    >
      <Pictures characterId={characterId} taken={taken} chosen={chosen} onToggle={toggle} />
    </Dialog>
  );
}

interface PicturesProps {
  characterId: string;
  taken: ReadonlySet<string>;
  chosen: ReadonlyMap<string, CharacterPicture>;
  onToggle: (picture: CharacterPicture) => void;
}

function Pictures({ characterId, taken, chosen, onToggle }: PicturesProps) {
  const { pictures, error, isFetching, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useCharacterPictures(characterId);
  const now = useNow({ ticks: false });
  if (!pictures && error && !isFetching) {
    return (
      <Notice
        tone="bad"
        title={t.lost}
        actions={
          <Button size="small" icon="retry" onClick={() => void refetch()}>
            {texts.common.tryAgain}
          </Button>
        }
      >
        {errorText(error)}
      </Notice>
    );
  }
  if (!pictures) {
    return (
      <div aria-busy="true">
        <span className="lk-only-read" role="status">
          {texts.common.loading}
        </span>
        <Skeleton shape="picture" />
      </div>
    );
  }
  if (pictures.length === 0) return <p className="lk-soft">{t.none}</p>;
  return (
    <>
      <ul className="lk-pick" aria-label={t.list}>
        {pictures.map((picture) => {
          const { pictureId, createdAt } = picture;
          const isTaken = taken.has(pictureId);
          return (
            <li key={pictureId}>
              <label className="lk-pick-one" data-taken={isTaken}>
                <Picture source={sourceOf(picture)} alt="" />
                <span className="lk-pick-words">
                  <input
                    type="checkbox"
                    checked={isTaken || chosen.has(pictureId)}
                    disabled={isTaken}
                    onChange={() => onToggle(picture)}
                  />
                  <span>
                    {nameOf(picture)}
                    <span className="lk-soft lk-small">
                      {' '}
                      {isTaken ? t.taken : texts.retest.ago(sinceWords(createdAt, now))}
                    </span>
                  </span>
                </span>
              </label>
            </li>
          );
        })}
      </ul>
      {hasNextPage ? (
        <Button className="lk-pick-more" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {texts.common.more}
        </Button>
      ) : null}
    </>
  );
}
