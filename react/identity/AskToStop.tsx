// A button that stops something paid, after asking once.

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { errorText } from '../state/error-text.ts';
import { Button } from '../ui/Button.tsx';
import './AskToStop.css';

interface AskToStopProps {
  words: { stop: string; stopSure: string; stopYes: string; stopNo: string; stopping: string; stopFailed: string };
  /** Names what is stopped where several such buttons are on a page. */
  label?: string;
  size?: 'medium' | 'small';
  onStop: () => Promise<unknown>;
}

export function AskToStop({ words: t, label = t.stop, size = 'medium', onStop }: AskToStopProps) {
  const [asking, setAsking] = useState(false);
  const stop = useMutation({ mutationFn: onStop });

  if (stop.isPending || stop.isSuccess) {
    return (
      <Button busy size={size}>
        {t.stopping}
      </Button>
    );
  }
  if (!asking) {
    return (
      <Button size={size} aria-label={label} onClick={() => setAsking(true)}>
        {t.stop}
      </Button>
    );
  }
  return (
    <fieldset className="lk-stop" aria-label={label}>
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
