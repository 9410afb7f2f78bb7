// Which of the ready characters are in the scene.

import type { Character } from '../../client/index.ts';
import { RefusedNotice } from '../review/RefusedNotice.tsx';
import type { useReadyCharacters } from '../state/use-ready-characters.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { LinkButton } from '../ui/LinkButton.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { Portrait } from './Portrait.tsx';
import './CastChooser.css';

const t = texts.scene.cast;

interface CastChooserProps {
  cast: ReturnType<typeof useReadyCharacters>;
  chosen: readonly string[];
  heading: string;
  lead: string;
  /** How many may be chosen. */
  most: number;
  castHref: string | undefined;
  onChoose: (characterId: string, isChosen: boolean) => void;
}

export function CastChooser({ cast, chosen, heading, lead, most, castHref, onChoose }: CastChooserProps) {
  const { ready, isPending, isError, error, isFetching, refetch } = cast;
  const isFull = chosen.length >= most;
  return (
    <fieldset className="lk-chooser">
      <legend>{heading}</legend>
      <p className="lk-soft lk-small">{lead}</p>
      {isError ? (
        <>
          <RefusedNotice error={error} />
          <Button size="small" icon="retry" busy={isFetching} onClick={() => void refetch()}>
            {texts.common.tryAgain}
          </Button>
        </>
      ) : null}
      {isPending ? <Loading /> : null}
      {cast.isSuccess && ready.length === 0 && !cast.hasNextPage ? (
        <Notice
          title={t.noneTitle}
          actions={
            castHref ? (
              <LinkButton size="small" href={castHref}>
                {t.toCast}
              </LinkButton>
            ) : null
          }
        >
          {t.noneLead}
        </Notice>
      ) : null}
      <ul className="lk-chooser-list" aria-label={t.list}>
        {ready.map((character) => (
          <Choice
            key={character.id}
            character={character}
            isChosen={chosen.includes(character.id)}
            isFull={isFull}
            onChoose={onChoose}
          />
        ))}
      </ul>
      {cast.hasNextPage ? (
        <Button size="small" busy={cast.isFetchingNextPage} onClick={() => void cast.fetchNextPage()}>
          {texts.common.more}
        </Button>
      ) : null}
      {isFull ? <p className="lk-small">{t.full(most)}</p> : null}
    </fieldset>
  );
}

interface ChoiceProps extends Pick<CastChooserProps, 'onChoose'> {
  character: Character;
  isChosen: boolean;
  isFull: boolean;
}

function Choice({ character: { id, name }, isChosen, isFull, onChoose }: ChoiceProps) {
  return (
    <li>
      <label className="lk-chooser-one">
        <input
          type="checkbox"
          checked={isChosen}
          disabled={isFull && !isChosen}
          onChange={({ target }) => onChoose(id, target.checked)}
        />
        <Portrait characterId={id} name={name} />
        <span className="lk-chooser-name">{name}</span>
      </label>
    </li>
  );
}

function Loading() {
  return (
    <div>
      <span className="lk-only-read" role="status">
        {texts.common.loading}
      </span>
      <Skeleton />
      <Skeleton />
    </div>
  );
}
