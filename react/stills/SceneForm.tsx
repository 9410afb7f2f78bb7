// Puts a scene together: who, where, what happens, and what it costs.

import { type FormEvent, useId } from 'react';
import { PROMPT_LIMITS } from '../../domain/stills/limits.ts';
import { RefusedNotice } from '../review/RefusedNotice.tsx';
import { isReady, useReadyCharacters } from '../state/use-ready-characters.ts';
import { useStartStills, useStillsEstimate } from '../state/use-stills.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { Notice } from '../ui/Notice.tsx';
import { CastChooser } from './CastChooser.tsx';
import { PlacedCast } from './PlacedCast.tsx';
import { PricePanel } from './PricePanel.tsx';
import { SceneOptions } from './SceneOptions.tsx';
import { Stage } from './Stage.tsx';
import { requestOf, type Scene, withCharacters, withMoved, withoutCharacter } from './scene.ts';
import './SceneForm.css';

const t = texts.scene;

interface SceneFormProps {
  scene: Scene;
  onChange: (change: (now: Scene) => Scene) => void;
  castHref: string | undefined;
  onStarted: (batchId: string) => void;
}

export function SceneForm({ scene, onChange, castHref, onStarted }: SceneFormProps) {
  const heading = useId();
  const chosen = scene.cast.map(({ characterId }) => characterId);
  const cast = useReadyCharacters(chosen);
  const asked = requestOf(scene);
  const missing = 'missing' in asked ? asked.missing : undefined;
  const request = 'request' in asked ? asked.request : undefined;
  const known = useStillsEstimate(request);
  const start = useStartStills();
  const isRefused = (known.estimate?.refusals.length ?? 0) > 0;
  const reason = missing ?? (known.isCurrent ? (isRefused ? t.missing.refused : undefined) : t.missing.price);
  const nameOf = (characterId: string) => cast.known.get(characterId)?.name ?? '…';

  const generate = (event: FormEvent) => {
    event.preventDefault();
    if (!request || reason !== undefined || start.isPending) return;
    start.mutate(request, { onSuccess: ({ batchId }) => onStarted(batchId) });
  };
  const choose = (id: string, isChosen: boolean) =>
    onChange((now) => (isChosen ? withCharacters(now, [id]) : withoutCharacter(now, id)));
  const gone = chosen.flatMap((id) => {
    const character = cast.known.get(id);
    return character && !isReady(character) ? [character] : [];
  });

  return (
    <form className="lk-scene-form" aria-labelledby={heading} noValidate onSubmit={generate}>
      <h2 id={heading}>{t.heading}</h2>
      <div className="lk-scene-columns">
        <div className="lk-scene-what">
          <CastChooser cast={cast} chosen={chosen} castHref={castHref} onChoose={choose} />
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
          <h3>{t.place.heading}</h3>
          <Stage scene={scene} nameOf={nameOf} />
          <PlacedCast
            scene={scene}
            nameOf={nameOf}
            onMove={(id, by) => onChange((now) => withMoved(now, id, by))}
            onRemove={(id) => choose(id, false)}
          />
        </div>
      </div>
      <footer className="lk-scene-pay">
        <PricePanel known={known} missing={missing} />
        <RefusedNotice error={start.error} />
        <div className="lk-scene-generate">
          <Button type="submit" look="primary" busy={start.isPending} inactive={reason !== undefined}>
            {start.isPending ? t.starting : t.generate}
          </Button>
          {reason === undefined ? null : <p className="lk-soft lk-small">{reason}</p>}
        </div>
      </footer>
    </form>
  );
}
