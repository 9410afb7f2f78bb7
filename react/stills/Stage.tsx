// The frame as it is planned: who stands where in it.

import { type CSSProperties, useId, useState } from 'react';
import type { Area } from '../../domain/stills/still.ts';
import { texts } from '../texts.ts';
import { BoxTools } from './BoxTools.tsx';
import { PlaceBox } from './PlaceBox.tsx';
import { Portrait } from './Portrait.tsx';
import type { Scene } from './scene.ts';
import './Stage.css';

const t = texts.scene.place;

interface StageProps {
  scene: Scene;
  nameOf: (characterId: string) => string;
  onBox: (characterId: string, box: Area) => void;
}

export function Stage({ scene: { cast, placing, aspectRatio }, nameOf, onBox }: StageProps) {
  const hint = useId();
  const [activeId, setActiveId] = useState<string>();
  const [across, down] = aspectRatio.split(':').map(Number);
  const shape = { '--lk-ratio': (across ?? 1) / (down ?? 1) } as CSSProperties;
  const isBoxes = placing === 'boxes' && cast.length > 0;
  const active = cast.find(({ characterId }) => characterId === activeId) ?? cast[0];
  if (!isBoxes) {
    // What it shows is said by the list beside it.
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
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own layout; these are boxes on a frame. */}
      <div className="lk-stage" style={shape} role="group" aria-label={t.frame(aspectRatio)}>
        {cast.map(({ characterId, box }) =>
          box ? (
            <PlaceBox
              key={characterId}
              characterId={characterId}
              name={nameOf(characterId)}
              box={box}
              isActive={characterId === active?.characterId}
              hint={hint}
              onActive={() => setActiveId(characterId)}
              onChange={(changed) => onBox(characterId, changed)}
            />
          ) : null,
        )}
      </div>
      <p className="lk-soft lk-small" id={hint}>
        {t.boxHint}
      </p>
      {active?.box ? (
        <BoxTools
          name={nameOf(active.characterId)}
          box={active.box}
          onChange={(changed) => onBox(active.characterId, changed)}
        />
      ) : null}
    </>
  );
}
