// Photos on their way to the API: what is being done with them, and how much has gone out.

import type { Sending } from '../state/use-store-draft.ts';
import { texts } from '../texts.ts';
import { Spinner } from '../ui/Spinner.tsx';
import { megabyteText } from './megabyte-text.ts';
import './OnItsWay.css';

/** `share` is what has gone out, from 0 to 1. It is for the eyes alone: read out loud, it would never end. */
export function OnItsWay({ text, share }: { text: string; share: number }) {
  return (
    <span className="lk-on-its-way lk-soft lk-numbers">
      <Spinner /> {text}
      {share < 1 ? <span aria-hidden="true">{texts.modal.sent(Math.floor(share * 100))}</span> : null}
    </span>
  );
}

/** To the store: how many, and how much there is to send. */
export function Uploading({ count, bytes, share }: Sending) {
  return <OnItsWay text={texts.modal.uploading(count, megabyteText(bytes))} share={share} />;
}
