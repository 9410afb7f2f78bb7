// Stops a run, after asking once: what was paid is not given back.

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { errorText } from '../state/error-text.ts';
import { useLikeness } from '../state/likeness-provider.tsx';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import './StopRun.css';

const t = texts.run;

export function StopRun({ identityId }: { identityId: string }) {
  const client = useLikeness();
  const [asking, setAsking] = useState(false);
  const stop = useMutation({ mutationFn: () => client.identities.cancel(identityId) });

  if (stop.isPending || stop.isSuccess) return <Button busy>{t.stopping}</Button>;
  if (!asking) return <Button onClick={() => setAsking(true)}>{t.stop}</Button>;
  return (
    <fieldset className="lk-stop" aria-label={t.stop}>
      <p role="alert">{stop.error ? `${t.stopFailed}: ${errorText(stop.error)}` : t.stopSure}</p>
      <Button look="danger" size="small" onClick={() => stop.mutate()}>
        {t.stopYes}
      </Button>
      {/* The question came where the focus was: it goes on at the safe answer. */}
      <Button size="small" ref={(button) => button?.focus()} onClick={() => setAsking(false)}>
        {t.stopNo}
      </Button>
    </fieldset>
  );
}
