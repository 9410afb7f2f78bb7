// The cast: every character with the state of their identity, and the way to prepare it.

import { useState } from 'react';
import type { Character } from '../../client/index.ts';
import { CharacterCard } from '../cast/CharacterCard.tsx';
import { NewCharacterDialog } from '../cast/NewCharacterDialog.tsx';
import { errorText } from '../state/error-text.ts';
import { useCharacters } from '../state/use-characters.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { CharacterIdentityModal } from './CharacterIdentityModal.tsx';
import './CastLocationsTab.css';

const t = texts.cast;
const SKELETONS = ['a', 'b', 'c', 'd'];

interface CastLocationsTabProps {
  /** Where an identity is reviewed, in the page around. Without it, everything is in the modal. */
  identityHref?: (identityId: string) => string;
  /** Where an unclear payment is settled. */
  operationsHref?: string;
  /** What to do with a ready character who is to be in a scene. Without it, it is not offered. */
  onUseInScene?: (character: Character) => void;
}

/** Which character the modal is open for, and whether for a new version of a ready one. */
interface Opened {
  character: Character;
  newVersion: boolean;
}

export function CastLocationsTab({ identityHref, operationsHref, onUseInScene }: CastLocationsTabProps) {
  const cast = useCharacters();
  const [adding, setAdding] = useState(false);
  const [opened, setOpened] = useState<Opened>();
  const { characters } = cast;
  const isEmpty = cast.isSuccess && characters.length === 0;
  const addButton = (
    <Button look={isEmpty ? 'primary' : 'secondary'} icon="plus" onClick={() => setAdding(true)}>
      {t.add}
    </Button>
  );
  return (
    <section className="lk-root lk-cast" aria-labelledby="lk-cast-title">
      <header className="lk-cast-head">
        <div>
          <h1 id="lk-cast-title">{t.title}</h1>
          <p className="lk-soft">{t.lead}</p>
        </div>
        {isEmpty ? null : addButton}
      </header>
      {cast.isError ? (
        <Notice
          tone="bad"
          title={t.errorTitle}
          actions={
            <Button size="small" icon="retry" busy={cast.isFetching} onClick={() => void cast.refetch()}>
              {texts.common.tryAgain}
            </Button>
          }
        >
          {errorText(cast.error)}
        </Notice>
      ) : null}
      {cast.isPending ? <Loading /> : null}
      {isEmpty ? (
        <div className="lk-cast-empty">
          <Icon name="photo" />
          <h2>{t.emptyTitle}</h2>
          <p className="lk-soft">{t.emptyLead}</p>
          {addButton}
        </div>
      ) : null}
      {characters.length > 0 ? (
        <ul className="lk-cast-list" aria-label={t.list}>
          {characters.map((character) => (
            <li key={character.id}>
              <CharacterCard
                character={character}
                identityHref={identityHref}
                onUseInScene={onUseInScene}
                onOpen={(newVersion) => setOpened({ character, newVersion })}
              />
            </li>
          ))}
        </ul>
      ) : null}
      {cast.hasNextPage ? (
        <Button busy={cast.isFetchingNextPage} onClick={() => void cast.fetchNextPage()}>
          {texts.common.more}
        </Button>
      ) : null}
      <NewCharacterDialog open={adding} onClose={() => setAdding(false)} />
      <CharacterIdentityModal
        open={opened !== undefined}
        character={opened?.character}
        newVersion={opened?.newVersion ?? false}
        onClose={() => setOpened(undefined)}
        identityHref={identityHref}
        operationsHref={operationsHref}
      />
    </section>
  );
}

function Loading() {
  return (
    <div className="lk-cast-list" aria-busy="true">
      <span className="lk-only-read" role="status">
        {texts.common.loading}
      </span>
      {SKELETONS.map((key) => (
        <div className="lk-card" key={key} aria-hidden="true">
          <div className="lk-card-photo">
            <Skeleton shape="picture" />
          </div>
          <div className="lk-card-body">
            <Skeleton shape="title" />
            <Skeleton />
          </div>
        </div>
      ))}
    </div>
  );
}
