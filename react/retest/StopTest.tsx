// Stops a test on request, also one that waits for an operator.

import { AskToStop } from '../identity/AskToStop.tsx';
import { useCancelTest } from '../state/use-tests.ts';
import { texts } from '../texts.ts';

const t = texts.retest;

export function StopTest({ identityId, number }: { identityId: string; number: number }) {
  const cancel = useCancelTest(identityId, number);
  return <AskToStop words={t} label={t.stopOf(number)} size="small" onStop={() => cancel.mutateAsync()} />;
}
