// The form of a run that waits for other photos: what was found on each, and better ones in their place.

import { useState } from 'react';
import type { Identity, Photo } from '../../client/index.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { errorText } from '../state/error-text.ts';
import { useDraft } from '../state/use-draft.ts';
import { usePhotos } from '../state/use-photos.ts';
import { useEstimate, useReplace } from '../state/use-prepare.ts';
import { useStoreDraft } from '../state/use-store-draft.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { blockerOf } from './blocker.ts';
import { Consent } from './Consent.tsx';
import { Uploading } from './OnItsWay.tsx';
import { PhotoSet } from './PhotoSet.tsx';
import { LostPhotos, StoreTrouble } from './StoreTrouble.tsx';
import './PrepareForm.css';

const t = texts.modal;

export function ReplaceForm({ identity }: { identity: Identity }) {
  const { photos, error, again } = usePhotos(identity.characterId);
  if (!photos && error) return <LostPhotos error={error} again={again} />;
  if (!photos) return <Skeleton shape="title" />;
  const given = identity.photos.flatMap(({ photoId }) => photos.filter((photo) => photo.photoId === photoId));
  return <Form identity={identity} base={given} />;
}

function Form({ identity, base }: { identity: Identity; base: readonly Photo[] }) {
  const { identityId, characterId } = identity;
  const { estimate } = useEstimate();
  const draft = useDraft(base, estimate?.photos.maximum ?? PHOTO_LIMITS.maxPhotos);
  const [consent, setConsent] = useState(false);
  const [asked, setAsked] = useState(false);
  const store = useStoreDraft(characterId, draft, consent);
  const replace = useReplace(identityId);
  const blocker = blockerOf(draft, consent);
  const { photoIds } = store;

  return (
    <form className="lk-prepare" onSubmit={(event) => event.preventDefault()}>
      <p className="lk-soft">{t.replaceLead}</p>
      <PhotoSet characterId={characterId} draft={draft} />
      <Consent given={consent} onChange={setConsent} />
      <StoreTrouble store={store} />
      {replace.error ? (
        <Notice tone="bad" title={t.replaceFailed}>
          {errorText(replace.error)}
        </Notice>
      ) : null}
      <div className="lk-dialog-bar">
        <p className="lk-prepare-blocker" role="status">
          {asked && blocker ? blocker : store.storing ? <Uploading {...store.storing} /> : null}
        </p>
        <Button
          look="primary"
          busy={replace.isPending || store.storing !== undefined}
          inactive={photoIds === undefined}
          onRefused={() => setAsked(true)}
          onClick={() => photoIds && replace.mutate(photoIds)}
        >
          {t.replaceSubmit}
        </Button>
      </div>
    </form>
  );
}
