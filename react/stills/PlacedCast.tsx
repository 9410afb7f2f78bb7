// The characters of the scene from left to right, and the frame that they stand in.

import { useState } from 'react';
import { texts } from '../texts.ts';
import { Icon } from '../ui/Icon.tsx';
import { Portrait } from './Portrait.tsx';
import type { Chosen, Scene } from './scene.ts';
import './PlacedCast.css';

const t = texts.scene.place;

interface PlacedCastProps {
  scene: Scene;
  nameOf: (characterId: string) => string;
  onMove: (characterId: string, by: -1 | 1) => void;
  onRemove: (characterId: string) => void;
}

export function PlacedCast({ scene, nameOf, onMove, onRemove }: PlacedCastProps) {
  const { cast } = scene;
  const [said, setSaid] = useState('');
  const move = (one: Chosen, order: number, by: -1 | 1) => {
    onMove(one.characterId, by);
    setSaid(t.at(nameOf(one.characterId), order + by + 1, cast.length));
  };
  return (
    <>
      <ol className="lk-placed" aria-label={t.list}>
        {cast.map((one, order) => {
          const name = nameOf(one.characterId);
          return (
            <li key={one.characterId}>
              <Portrait characterId={one.characterId} name={name} />
              <span className="lk-placed-name">{name}</span>
              <span className="lk-placed-ways">
                {scene.placing === 'order' ? (
                  <>
                    <Way icon="left" label={t.left(name)} inactive={order === 0} onPress={() => move(one, order, -1)} />
                    <Way
                      icon="right"
                      label={t.right(name)}
                      inactive={order === cast.length - 1}
                      onPress={() => move(one, order, 1)}
                    />
                  </>
                ) : null}
                <Way icon="cross" label={t.remove(name)} onPress={() => onRemove(one.characterId)} />
              </span>
            </li>
          );
        })}
      </ol>
      <p className="lk-only-read" role="status">
        {said}
      </p>
    </>
  );
}

interface WayProps {
  icon: 'left' | 'right' | 'cross';
  label: string;
  inactive?: boolean;
  onPress: () => void;
}

/** It keeps the focus where nothing is left to do, so that nobody loses their place. */
function Way({ icon, label, inactive = false, onPress }: WayProps) {
  return (
    <button
      type="button"
      className="lk-way"
      aria-label={label}
      aria-disabled={inactive || undefined}
      onClick={() => (inactive ? undefined : onPress())}
    >
      <Icon name={icon} />
    </button>
  );
}
