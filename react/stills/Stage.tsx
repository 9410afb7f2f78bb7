// The frame as it is planned: who stands where in it.

import type { CSSProperties } from 'react';
import { texts } from '../texts.ts';
import { Portrait } from './Portrait.tsx';
import type { Scene } from './scene.ts';
import './Stage.css';

const t = texts.scene.place;

interface StageProps {
  scene: Scene;
  nameOf: (characterId: string) => string;
}

/** What it shows is said by the list beside it. */
export function Stage({ scene: { cast, aspectRatio }, nameOf }: StageProps) {
  const shape = { '--lk-ratio': aspectRatio.replace(':', ' / ') } as CSSProperties;
  return (
    <div className="lk-stage" style={shape} aria-hidden="true">
      {cast.length === 0 ? <p className="lk-soft lk-small lk-stage-empty">{t.empty}</p> : null}
      {cast.map(({ characterId }) => (
        <div key={characterId} className="lk-stage-column">
          <Portrait characterId={characterId} name={nameOf(characterId)} />
          <span className="lk-stage-name">{nameOf(characterId)}</span>
        </div>
      ))}
    </div>
  );
}
