// Why something was not done, in the API's own words, which tell the next step.

import { LikenessError } from '../../client/error.ts';
import { errorText } from '../state/error-text.ts';
import { texts } from '../texts.ts';
import { Notice } from '../ui/Notice.tsx';

export function RefusedNotice({ error }: { error: Error | null | undefined }) {
  if (!error) return null;
  const problem = error instanceof LikenessError ? error.problem : undefined;
  return (
    <Notice tone="bad" title={problem?.title ?? texts.review.notDone}>
      <p>{errorText(error)}</p>
    </Notice>
  );
}
