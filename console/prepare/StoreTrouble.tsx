// The photos could not be stored.

import { errorText } from '../state/error-text.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';

export function StoreTrouble({ store }: { store: { error: Error | null; again: () => void } }) {
  if (!store.error) return null;
  return (
    <Notice
      tone="bad"
      title={texts.modal.storeFailed}
      actions={
        <Button size="small" icon="retry" onClick={store.again}>
          {texts.common.tryAgain}
        </Button>
      }
    >
      {errorText(store.error)}
    </Notice>
  );
}
