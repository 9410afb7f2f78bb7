// One photo of a form: the picture, a verdict, and a sentence on why.

import { useState } from 'react';
import type { QuarterTurn } from '../../domain/photo-findings.ts';
import type { DraftPhoto, JudgedPhoto } from '../state/use-draft.ts';
import { useObjectUrl, usePicture } from '../state/use-picture.ts';
import { texts } from '../texts.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import './PhotoTile.css';

const t = texts.modal;

interface PhotoTileProps {
  photo: DraftPhoto;
  number: number;
  /** Absent while it is looked at. */
  judged: JudgedPhoto | undefined;
  /** Nothing is looked at now: what has no verdict gets none by waiting. */
  idle: boolean;
  onRemove: () => void;
  onTurn: (by: QuarterTurn) => void;
}

export function PhotoTile({ photo, number, judged, idle, onRemove, onTurn }: PhotoTileProps) {
  const name = photo.photoId && !photo.file ? t.photoNumber(number) : photo.name;
  const verdict = photo.problem ? 'rejected' : judged?.verdict;
  const sentences = photo.problem ? [photo.problem] : (judged?.findings.map(({ message }) => message) ?? []);
  const turnBy = judged?.findings.find(({ code }) => code === 'turned')?.turnBy;
  return (
    <li className="lk-photo" data-verdict={verdict}>
      <div className="lk-photo-frame">
        {photo.file ? <FromFile file={photo.file} turnBy={photo.turnBy} /> : <FromStore photoId={photo.photoId} />}
        <button type="button" className="lk-photo-remove" aria-label={t.removeNamed(name)} onClick={onRemove}>
          <Icon name="cross" />
        </button>
      </div>
      <div className="lk-photo-words">
        <p className="lk-photo-name" title={name}>
          {name}
        </p>
        <VerdictBadge verdict={verdict} idle={idle} />
        <p className="lk-soft lk-small">{verdict === 'accepted' ? t.acceptedLine : sentences.join(' ')}</p>
        {turnBy === undefined ? null : (
          <Button size="small" icon="retry" aria-label={t.turnNamed(name)} onClick={() => onTurn(turnBy)}>
            {t.turn}
          </Button>
        )}
      </div>
    </li>
  );
}

function VerdictBadge({ verdict, idle }: { verdict: JudgedPhoto['verdict'] | undefined; idle: boolean }) {
  switch (verdict) {
    case 'accepted':
      return (
        <Badge tone="good" icon="check">
          {t.accepted}
        </Badge>
      );
    case 'warned':
      return (
        <Badge tone="warn" icon="alert">
          {t.warned}
        </Badge>
      );
    case 'rejected':
      return (
        <Badge tone="bad" icon="cross">
          {t.rejected}
        </Badge>
      );
    case undefined:
      return idle ? <Badge>{t.notLooked}</Badge> : <Badge busy>{t.looking}</Badge>;
  }
}

/** The name beside it says which photo it is. */
function FromFile({ file, turnBy }: { file: File; turnBy: QuarterTurn | undefined }) {
  const [unreadable, setUnreadable] = useState(false);
  const url = useObjectUrl(file);
  if (unreadable) return <Icon name="photo" />;
  return url ? <img src={url} alt="" data-turned={turnBy} onError={() => setUnreadable(true)} /> : null;
}

function FromStore({ photoId }: { photoId: string | undefined }) {
  const { url } = usePicture(photoId ? { photoId } : undefined);
  return url ? <img src={url} alt="" /> : null;
}
