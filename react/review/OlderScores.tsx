// Said above scores of an older version: that they are, and the way to today's, which costs nothing.

import { CALIBRATION } from '../../domain/score.ts';
import type { Rescoring } from '../state/use-rescore.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { RefusedNotice } from './RefusedNotice.tsx';

const t = texts.review.older;

export function OlderScores({ version, rescoring }: { version: string; rescoring: Rescoring }) {
  const { rescore, error, isBusy, start } = rescoring;
  if (rescore?.state === 'done') return <Notice title={t.done(CALIBRATION.version)}>{t.doneLead(version)}</Notice>;
  return (
    <>
      <Notice
        title={t.title(version)}
        actions={
          <Button size="small" icon="retry" busy={isBusy} inactive={isBusy} onClick={start}>
            {isBusy ? t.running : t.again}
          </Button>
        }
      >
        {rescore?.state === 'failed' ? t.failed : t.lead(CALIBRATION.version)}
      </Notice>
      <RefusedNotice error={error} />
    </>
  );
}
