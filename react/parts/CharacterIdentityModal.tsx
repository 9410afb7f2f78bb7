// Prepares the identity of a character: photos in, then how far it is. Closing it never stops the run, and opening it
// again shows where it stands.

import { useState } from 'react';
import type { Character } from '../../client/index.ts';
import { isEndStage } from '../../domain/stage.ts';
import { PrepareForm } from '../prepare/PrepareForm.tsx';
import { RunView } from '../prepare/RunView.tsx';
import { errorText } from '../state/error-text.ts';
import { useNewestIdentity } from '../state/use-newest-identity.ts';
import { texts } from '../texts.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';

interface CharacterIdentityModalProps {
  open: boolean;
  /** Whom it is about; may be undefined while closed. */
  character: Pick<Character, 'id' | 'name'> | undefined;
  onClose: () => void;
  /** Begin with photos for a new version, unless one is being prepared. */
  newVersion?: boolean;
  /** Where the tests of an identity are reviewed, and where an unclear payment is settled, in the page around. */
  identityHref?: ((identityId: string) => string) | undefined;
  operationsHref?: string | undefined;
  /** Called once when a run that was watched here has become ready. */
  onReady?: ((identityId: string) => void) | undefined;
}

export function CharacterIdentityModal(props: CharacterIdentityModalProps) {
  const { open, character, onClose } = props;
  return (
    <Dialog
      open={open && character !== undefined}
      onClose={onClose}
      title={character ? texts.modal.title(character.name) : ''}
      size="large"
      closeLabel={texts.common.close}
    >
      {character ? <Content key={character.id} {...props} character={character} /> : null}
    </Dialog>
  );
}

type ContentProps = Omit<CharacterIdentityModalProps, 'character'> & { character: Pick<Character, 'id' | 'name'> };

function Content({ character, newVersion = false, identityHref, operationsHref, onReady }: ContentProps) {
  const { newest, error, isPending } = useNewestIdentity(character.id);
  /** The ended identity after which the next one begins: undefined while none was asked for. */
  const [after, setAfter] = useState<string>();

  if (isPending) return <Loading />;
  if (error) {
    return (
      <Notice tone="bad" title={texts.run.lostTitle}>
        {errorText(error)}
      </Notice>
    );
  }
  const isOver = newest !== undefined && isEndStage(newest.stage);
  const isNext = isOver && (after === newest.identityId || (newVersion && newest.stage === 'ready'));
  if (!newest || isNext) return <PrepareForm characterId={character.id} />;
  return (
    <RunView
      key={newest.identityId}
      identityId={newest.identityId}
      identityHref={identityHref}
      operationsHref={operationsHref}
      onReady={onReady}
      onAgain={() => setAfter(newest.identityId)}
    />
  );
}

function Loading() {
  return (
    <div aria-busy="true">
      <span className="lk-only-read" role="status">
        {texts.common.loading}
      </span>
      <Skeleton shape="title" />
      <Skeleton />
      <Skeleton />
    </div>
  );
}
