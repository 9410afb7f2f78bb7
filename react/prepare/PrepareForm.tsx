// The form that starts a run: photos, consent, cost, and the button that pays.

import { useState } from 'react';
import type { Photo } from '../../client/index.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { errorText } from '../state/error-text.ts';
import { useDraft } from '../state/use-draft.ts';
import { usePhotos } from '../state/use-photos.ts';
import { useEstimate, useStart } from '../state/use-prepare.ts';
import { isUsable, useStoreDraft } from '../state/use-store-draft.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { blockerOf } from './blocker.ts';
import { Consent } from './Consent.tsx';
import { Cost } from './Cost.tsx';
import { PhotoSet } from './PhotoSet.tsx';
import { LostPhotos, StoreTrouble } from './StoreTrouble.tsx';
import './PrepareForm.css';

const t = texts.modal;

export function PrepareForm({ characterId }: { characterId: string }) {
  const { photos, error, again } = usePhotos(characterId);
  const money = useEstimate();
  if (!photos && error) return <LostPhotos error={error} again={again} />;
  // How many photos a run takes comes with the price; when that is not to be had, the form goes by what is usual.
  if (!photos || !money.wasAsked) return <Skeleton shape="title" />;
  return (
    <StartForm characterId={characterId} base={photos.filter(({ verdict }) => verdict !== 'rejected')} money={money} />
  );
}

interface StartFormProps {
  characterId: string;
  base: readonly Photo[];
  money: ReturnType<typeof useEstimate>;
}

function StartForm({ characterId, base, money }: StartFormProps) {
  const { estimate, error: costError, again } = money;
  const maximum = estimate?.photos.maximum ?? PHOTO_LIMITS.maxPhotos;
  const draft = useDraft(base, maximum);
  const [consent, setConsent] = useState(false);
  const [asked, setAsked] = useState(false);
  const store = useStoreDraft(characterId, draft, consent);
  const start = useStart(characterId);
  const blocker = estimate?.problem?.message ?? blockerOf(draft, consent);
  const photoIds = estimate && !estimate.problem ? store.photoIds : undefined;
  const hasUsable = draft.photos.some((photo) => isUsable(draft, photo));
  const isBusy = start.isPending || (asked && !blocker && !photoIds && !costError && !store.error);

  return (
    <form className="lk-prepare" onSubmit={(event) => event.preventDefault()}>
      <p className="lk-soft">{t.lead(maximum)}</p>
      <PhotoSet characterId={characterId} draft={draft} />
      <Consent given={consent} onChange={setConsent} />
      <StoreTrouble store={store} />
      {costError ? (
        <Notice
          tone="bad"
          title={t.costUnknown}
          actions={
            <Button size="small" icon="retry" onClick={again}>
              {texts.common.tryAgain}
            </Button>
          }
        >
          {errorText(costError)}
        </Notice>
      ) : null}
      {start.error ? (
        <Notice tone="bad" title={t.startFailed}>
          {errorText(start.error)}
        </Notice>
      ) : null}
      <div className="lk-dialog-bar">
        <Cost
          estimate={hasUsable ? estimate : undefined}
          storing={store.storing}
          blocker={asked || estimate?.problem ? blocker : undefined}
        />
        <Button
          look="primary"
          busy={isBusy}
          inactive={photoIds === undefined}
          onRefused={() => setAsked(true)}
          onClick={() => photoIds && start.mutate(photoIds)}
        >
          {start.isPending ? t.starting : t.submit}
        </Button>
      </div>
    </form>
  );
}
