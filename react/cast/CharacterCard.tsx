// One member of the cast: photo, name, how far the identity is, and the one thing to do next.

import type { Character } from '../../client/index.ts';
import { Picture } from '../parts/Picture.tsx';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { LinkButton } from '../ui/LinkButton.tsx';
import { IdentityBadge } from './IdentityBadge.tsx';
import { useCharacterPhoto } from './use-character-photo.ts';
import { useWasInSight } from './use-was-in-sight.ts';
import './CharacterCard.css';

const t = texts.cast;

interface CharacterCardProps {
  character: Character;
  identityHref: ((identityId: string) => string) | undefined;
  /** Opens the modal: with where the identity stands, or for a new version. */
  onOpen: (newVersion: boolean) => void;
  onUseInScene: ((character: Character) => void) | undefined;
}

export function CharacterCard(props: CharacterCardProps) {
  const { id, name, subject, identity } = props.character;
  const [card, wasInSight] = useWasInSight<HTMLElement>();
  const photo = useCharacterPhoto(wasInSight ? id : undefined);
  return (
    <article className="lk-card" ref={card} aria-labelledby={`lk-card-${id}`}>
      <div className="lk-card-photo">
        {photo ? (
          <Picture source={photo} alt={t.photoOf(name)} />
        ) : (
          <span className="lk-card-initial" aria-hidden="true">
            {name.slice(0, 1).toUpperCase()}
          </span>
        )}
      </div>
      <div className="lk-card-body">
        <h2 className="lk-card-name" id={`lk-card-${id}`}>
          {name}
        </h2>
        <p className="lk-card-state">
          <IdentityBadge identity={identity} />
          <span className="lk-soft lk-small">{t.nounText(subject.noun)}</span>
          {identity.version ? <span className="lk-soft lk-small">{t.version(identity.version)}</span> : null}
        </p>
        {identity.newer ? (
          <p className="lk-card-state lk-small lk-soft">
            {t.newer} <IdentityBadge identity={identity.newer} />
          </p>
        ) : null}
        <div className="lk-card-actions">
          <NextStep {...props} />
        </div>
      </div>
    </article>
  );
}

/** The words on the button, and the same with the name for whoever hears it out of its place. */
type Words = [shown: string, spoken: (name: string) => string];

function NextStep({ character, identityHref, onOpen, onUseInScene }: CharacterCardProps) {
  const { name, identity } = character;
  const { status, stage, identityId, newer } = identity;
  const href = identityHref && identityId ? identityHref(identityId) : undefined;
  const modal = ([shown, spoken]: Words, look: 'primary' | 'secondary' | 'quiet', newVersion = false) => (
    <Button look={look} aria-label={spoken(name)} onClick={() => onOpen(newVersion)}>
      {shown}
    </Button>
  );
  const link = ([shown, spoken]: Words, look: 'primary' | 'secondary') =>
    href ? (
      <LinkButton href={href} look={look} aria-label={spoken(name)}>
        {shown}
      </LinkButton>
    ) : (
      modal([shown, spoken], look)
    );

  if (status === 'none' && stage !== 'ready') return modal([t.prepare, t.prepareFor], 'primary');
  if (status === 'preparing') return modal([t.progress, t.progressFor], 'secondary');
  if (stage === 'awaiting_approval') return link([t.review, t.reviewFor], 'primary');
  if (status === 'needs_attention') return modal([t.resolve, t.resolveFor], 'primary');
  return (
    <>
      {link([t.open, t.openFor], 'secondary')}
      {status === 'ready' && onUseInScene ? (
        <Button aria-label={t.inSceneFor(name)} onClick={() => onUseInScene(character)}>
          {t.inScene}
        </Button>
      ) : null}
      {newer ? modal([t.progress, t.progressFor], 'quiet') : modal([t.newVersion, t.newVersionFor], 'quiet', true)}
    </>
  );
}
