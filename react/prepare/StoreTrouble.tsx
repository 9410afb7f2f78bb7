// The photos could not be stored, or not be listed.

import { errorText } from '../state/error-text.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';

export function StoreTrouble({ store }: { store: { error: Error | null; again: () => void } }) {
  return store.error ? <Trouble title={texts.modal.storeFailed} error={store.error} again={store.again} /> : null;
}

export function LostPhotos({ error, again }: { error: Error; again: () => void }) {
  return <Trouble title={texts.modal.photosLost} error={error} again={again} />;
}

function Trouble({ title, error, again }: { title: string; error: Error; again: () => void }) {
  return (
    <Notice
      tone="bad"
      title={title}
      actions={
        <Button size="small" icon="retry" onClick={again}>
          {texts.common.tryAgain}
        </Button>
      }
    >
      {errorText(error)}
    </Notice>
  );
}
