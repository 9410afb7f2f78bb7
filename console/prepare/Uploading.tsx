// Photos are on their way to the store: how many, and how much there is to send.

import type { Sending } from '../state/use-store-draft.ts';
import { texts } from '../texts.ts';
import { Spinner } from '../ui/Spinner.tsx';
import { megabyteText } from './megabyte-text.ts';
import './Uploading.css';

export function Uploading({ count, bytes }: Sending) {
  return (
    <span className="lk-uploading lk-soft lk-numbers">
      <Spinner /> {texts.modal.uploading(count, megabyteText(bytes))}
    </span>
  );
}
