// Our account at the provider, when it is locked: nothing is submitted until somebody acts there.

import { useQuery } from '@tanstack/react-query';
import { sinceWords } from '../../react/review/time-words.ts';
import { useLikeness } from '../../react/state/likeness-provider.tsx';
import { Notice } from '../../react/ui/Notice.tsx';
import { texts } from '../texts.ts';

const t = texts.operations.account;
const POLL_MS = 15_000;

export function AccountAlarm({ now }: { now: number }) {
  const client = useLikeness();
  const { data } = useQuery({
    queryKey: ['likeness', 'ready'],
    queryFn: () => client.ready(),
    refetchInterval: POLL_MS,
  });
  if (data?.provider.state !== 'locked') return null;
  const { reason, since } = data.provider;
  return (
    <Notice tone="bad" title={t.locked}>
      <p>{reason}</p>
      <p>{t.since(sinceWords(since, now))}</p>
    </Notice>
  );
}
