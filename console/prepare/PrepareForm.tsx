// The form that starts a run: photos, consent, cost, and the button that pays.

import { useState } from 'react';
import type { Photo } from '../../client/index.ts';
import { errorText } from '../state/error-text.ts';
import { useDraft } from '../state/use-draft.ts';
import { usePhotos } from '../state/use-photos.ts';
import { useCost, useStart } from '../state/use-prepare.ts';
import { useStoreDraft } from '../state/use-store-draft.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { blockerOf } from './blocker.ts';
import { Consent } from './Consent.tsx';
import { Cost } from './Cost.tsx';
import { PhotoSet } from './PhotoSet.tsx';
import { StoreTrouble } from './StoreTrouble.tsx';
import './PrepareForm.css';

const t = texts.modal;

export function PrepareForm({ characterId }: { characterId: string }) {
  const { photos, error } = usePhotos(characterId);
  if (photos) return <StartForm characterId={characterId} base={photos.filter(isUsable)} />;
  if (error) return <Notice tone="bad">{errorText(error)}</Notice>;
  return <Skeleton shape="title" />;
}

const isUsable = ({ verdict }: Photo) => verdict !== 'rejected';

function StartForm({ characterId, base }: { characterId: string; base: readonly Photo[] }) {
  const draft = useDraft(base);
  const [consent, setConsent] = useState(false);
  const [asked, setAsked] = useState(false);
  const store = useStoreDraft(characterId, draft, consent);
  const { cost, error: costError, again } = useCost(characterId, store.photoIds);
  const start = useStart(characterId);
  const blocker = blockerOf(draft, consent);
  const photoIds = cost && !costError ? store.photoIds : undefined;
  const isBusy = start.isPending || (asked && !blocker && !photoIds && !costError && !store.error);

  return (
    <form className="lk-prepare" onSubmit={(event) => event.preventDefault()}>
      <p className="lk-soft">{t.lead}</p>
      <PhotoSet draft={draft} />
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
        <Cost cost={photoIds ? cost : undefined} storing={store.storing} blocker={asked ? blocker : undefined} />
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
