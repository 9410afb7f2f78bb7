// The versions of a character with their states, and what a person may make of each.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Versions as Answer } from '../../client/types.ts';
import { AskToStop } from '../../react/identity/AskToStop.tsx';
import { RefusedNotice } from '../../react/review/RefusedNotice.tsx';
import { sinceWords } from '../../react/review/time-words.ts';
import { useLikeness } from '../../react/state/likeness-provider.tsx';
import { useNow } from '../../react/state/use-now.ts';
import { Badge, type Tone } from '../../react/ui/Badge.tsx';
import { Button } from '../../react/ui/Button.tsx';
import { identityHref } from '../route.ts';
import { texts } from '../texts.ts';
import './Versions.css';

const t = texts.versions;
/** Spans of minutes and hours need no quicker look. */
const POLL_MS = 10_000;

type Version = Answer['items'][number];
type Change = 'setVersion' | 'retireVersion' | 'revokeVersion';

const TONES: Record<Version['state'], Tone> = {
  current: 'good',
  available: 'neutral',
  retired: 'warn',
  revoked: 'bad',
};

export function Versions({ characterId, shownId }: { characterId: string; shownId: string }) {
  const client = useLikeness();
  const queries = useQueryClient();
  const now = useNow({ everyMs: POLL_MS });
  const { data, error } = useQuery({
    queryKey: ['likeness', 'versions', characterId],
    queryFn: () => client.characters.versions(characterId),
  });
  const change = useMutation({
    mutationFn: ({ to, version }: { to: Change; version: number }) => client.characters[to](characterId, version),
    // The cast shows the current version too.
    onSettled: () => queries.invalidateQueries({ queryKey: ['likeness'] }),
  });
  const makes = (to: Change, { version }: Version) => change.mutateAsync({ to, version });

  return (
    <section className="lk-versions" aria-labelledby="lk-versions-title">
      <h2 id="lk-versions-title">{t.heading}</h2>
      <RefusedNotice error={error} />
      {data && data.current === undefined ? <p>{t.noCurrent}</p> : null}
      <ul>
        {data?.items.map((one) => {
          const { version, state, identityId, stateChangedAt, stateChangedBy, stateReason } = one;
          return (
            <li key={version}>
              <p>
                {identityId === shownId ? (
                  t.name(version)
                ) : (
                  <a href={identityHref(identityId)} aria-label={t.open(version)}>
                    {t.name(version)}
                  </a>
                )}{' '}
                <Badge tone={TONES[state]}>{t.states[state]}</Badge>
              </p>
              {stateReason ? <q className="lk-quote">{stateReason}</q> : null}
              <p className="lk-soft lk-small">
                <time dateTime={stateChangedAt}>{t.changed(sinceWords(stateChangedAt, now), stateChangedBy)}</time>
              </p>
              {state === 'revoked' ? null : (
                <div className="lk-versions-ways" key={state}>
                  {state === 'current' ? null : (
                    <Button
                      size="small"
                      aria-label={t.makeCurrentOf(version)}
                      busy={
                        change.isPending && change.variables.version === version && change.variables.to === 'setVersion'
                      }
                      onClick={() => change.mutate({ to: 'setVersion', version })}
                    >
                      {t.makeCurrent}
                    </Button>
                  )}
                  {state === 'retired' ? null : (
                    <AskToStop
                      words={t.retire}
                      label={t.retireOf(version)}
                      size="small"
                      onStop={() => makes('retireVersion', one)}
                    />
                  )}
                  <AskToStop
                    words={t.revoke}
                    label={t.revokeOf(version)}
                    size="small"
                    onStop={() => makes('revokeVersion', one)}
                  />
                </div>
              )}
            </li>
          );
        })}
      </ul>
      {change.variables?.to === 'setVersion' ? <RefusedNotice error={change.error} /> : null}
    </section>
  );
}
