// A character as a small round photo, or as its first letter. Its name stands beside it.

import { useCharacterPhoto } from '../cast/use-character-photo.ts';
import { useWasInSight } from '../cast/use-was-in-sight.ts';
import { Picture } from '../parts/Picture.tsx';
import './Portrait.css';

export function Portrait({ characterId, name }: { characterId: string; name: string }) {
  const [place, wasInSight] = useWasInSight<HTMLSpanElement>();
  const photo = useCharacterPhoto(wasInSight ? characterId : undefined);
  return (
    <span className="lk-portrait" ref={place} aria-hidden="true">
      {photo ? <Picture source={photo} alt="" /> : name.slice(0, 1).toUpperCase()}
    </span>
  );
}
