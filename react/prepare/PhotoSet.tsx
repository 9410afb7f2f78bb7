// The photos of a form: where they are dropped, each with its verdict, and what is said of the set.

import { useState } from 'react';
import { errorText } from '../state/error-text.ts';
import type { Draft } from '../state/use-draft.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { DropZone } from './DropZone.tsx';
import { OnItsWay } from './OnItsWay.tsx';
import { PhotoTile } from './PhotoTile.tsx';
import { PicturePicker } from './PicturePicker.tsx';
import { setProblemText } from './set-problem-text.ts';
import './PhotoSet.css';

const t = texts.modal;

export function PhotoSet({ characterId, draft }: { characterId: string; draft: Draft }) {
  const { photos, verdicts, isLooking, error } = draft;
  const [isChoosing, setChoosing] = useState(false);
  const isCompact = photos.length > 0;
  const fromGenerated = (
    <Button icon="photo" size={isCompact ? 'small' : 'medium'} onClick={() => setChoosing(true)}>
      {t.generated.open}
    </Button>
  );
  return (
    <DropZone compact={isCompact} onFiles={draft.add} beside={fromGenerated}>
      {photos.length > 0 ? (
        <ul className="lk-photos" aria-label={t.photos}>
          {photos.map((photo, index) => (
            <PhotoTile
              key={photo.key}
              photo={photo}
              number={index + 1}
              judged={verdicts.get(photo.key)}
              idle={!isLooking}
              onRemove={() => draft.remove(photo.key)}
              onTurn={(by) => draft.turn(photo.key, by)}
            />
          ))}
        </ul>
      ) : null}
      {error ? (
        <Notice
          tone="bad"
          title={t.inspectFailed}
          actions={
            <Button size="small" icon="retry" onClick={draft.lookAgain}>
              {texts.common.tryAgain}
            </Button>
          }
        >
          {errorText(error)}
        </Notice>
      ) : null}
      <div className="lk-photos-said" role="status">
        {isLooking ? <OnItsWay text={t.lookingAll(photos.length)} share={draft.share} /> : <Said draft={draft} />}
      </div>
      {isChoosing ? (
        <PicturePicker
          characterId={characterId}
          taken={new Set(photos.flatMap(({ pictureId }) => pictureId ?? []))}
          onChoose={draft.addPictures}
          onClose={() => setChoosing(false)}
        />
      ) : null}
    </DropZone>
  );
}

/** What is said of the set as a whole, once every photo was looked at. */
function Said({ draft: { photos, set, advice, verdicts } }: { draft: Draft }) {
  if (photos.length === 0) return null;
  const leftOut = photos.filter(({ key, problem }) => problem || verdicts.get(key)?.verdict === 'rejected').length;
  if (!set || set.problem) {
    const [title, next] = splitAt((set && setProblemText(set)) ?? t.tooFew);
    return (
      <div className="lk-notice-like" data-tone="warn">
        <p className="lk-notice-title">{title}</p>
        {next || leftOut > 0 ? <p>{next || t.fix}</p> : null}
      </div>
    );
  }
  return (
    <>
      <p>
        {t.enough(set.usable)} {leftOut > 0 ? t.leftOut(leftOut) : null}
      </p>
      {advice.length > 0 ? (
        <>
          <p className="lk-photos-advice">{t.advice}</p>
          <ul className="lk-soft">
            {advice.map(({ code, message }) => (
              <li key={code}>{message}</li>
            ))}
          </ul>
        </>
      ) : null}
    </>
  );
}

/** "At least 3 reference images required: 2 of 4 can be used." is a headline and what belongs below it. */
function splitAt(message: string): [string, string] {
  const [title = message, next] = message.split(': ', 2);
  return [title, next ? next[0]?.toUpperCase() + next.slice(1) : ''];
}
