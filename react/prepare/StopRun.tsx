// Stops a run, after asking once: what was paid is not given back.

import { AskToStop } from '../identity/AskToStop.tsx';
import { useLikeness } from '../state/likeness-provider.tsx';
import { texts } from '../texts.ts';

export function StopRun({ identityId }: { identityId: string }) {
  const client = useLikeness();
  return <AskToStop words={texts.run} onStop={() => client.identities.cancel(identityId)} />;
}
