// One scene: who is in it, where they stand, what happens.

import { PROMPT_LIMITS } from '../../domain/stills/limits.ts';
import { MAX_CAST } from '../../domain/stills/routes.ts';
import { isReady, type useReadyCharacters } from '../state/use-ready-characters.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Segments } from '../ui/Segments.tsx';
import { CastChooser } from './CastChooser.tsx';
import { PlacedCast } from './PlacedCast.tsx';
import { SceneOptions } from './SceneOptions.tsx';
import { Stage } from './Stage.tsx';
import { type Scene, withBox, withCharacters, withMoved, withoutCharacter, withPlacing } from './scene.ts';

const t = texts.scene;

interface OneSceneProps {
  scene: Scene;
  cast: ReturnType<typeof useReadyCharacters>;
  castHref: string | undefined;
  onChange: (change: (now: Scene) => Scene) => void;
}

export function OneScene({ scene, cast, castHref, onChange }: OneSceneProps) {
  const chosen = scene.cast.map(({ characterId }) => characterId);
  const nameOf = (characterId: string) => cast.known.get(characterId)?.name ?? '…';
  const choose = (id: string, isChosen: boolean) =>
    onChange((now) => (isChosen ? withCharacters(now, [id]) : withoutCharacter(now, id)));
  const gone = chosen.flatMap((id) => {
    const character = cast.known.get(id);
    return character && !isReady(character) ? [character] : [];
  });

  return (
    <div className="lk-scene-columns">
      <div className="lk-scene-what">
        <CastChooser
          cast={cast}
          chosen={chosen}
          heading={t.cast.heading}
          lead={t.cast.lead(MAX_CAST)}
          most={MAX_CAST}
          castHref={castHref}
          onChoose={choose}
        />
        {gone.map(({ id, name }) => (
          <Notice
            key={id}
            tone="warn"
            actions={
              <Button size="small" onClick={() => choose(id, false)}>
                {t.place.remove(name)}
              </Button>
            }
          >
            {t.cast.gone(name)}
          </Notice>
        ))}
        <Field label={t.prompt} hint={t.promptHint}>
          {(field) => (
            <textarea
              {...field}
              rows={3}
              maxLength={PROMPT_LIMITS.prompt}
              placeholder={t.promptExample}
              value={scene.prompt}
              onChange={({ target }) => onChange((now) => ({ ...now, prompt: target.value }))}
            />
          )}
        </Field>
        <SceneOptions scene={scene} onChange={(change) => onChange((now) => ({ ...now, ...change }))} />
      </div>
      <div className="lk-scene-where">
        <div className="lk-scene-where-head">
          <h3>{t.place.heading}</h3>
          <Segments
            label={t.place.label}
            value={scene.placing}
            options={{ order: t.place.order, boxes: t.place.boxes }}
            onChange={(placing) => onChange((now) => withPlacing(now, placing))}
          />
        </div>
        <Stage scene={scene} nameOf={nameOf} onBox={(id, box) => onChange((now) => withBox(now, id, box))} />
        <PlacedCast
          scene={scene}
          nameOf={nameOf}
          onMove={(id, by) => onChange((now) => withMoved(now, id, by))}
          onRemove={(id) => choose(id, false)}
        />
      </div>
    </div>
  );
}
