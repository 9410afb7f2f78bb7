// Puts a scene or a storyboard together, and says what it costs before it is drawn.

import { type FormEvent, useId, useMemo } from 'react';
import { RefusedNotice } from '../review/RefusedNotice.tsx';
import { useReadyCharacters } from '../state/use-ready-characters.ts';
import { useStartStills, useStillsEstimate } from '../state/use-stills.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Segments } from '../ui/Segments.tsx';
import { OneScene } from './OneScene.tsx';
import { PricePanel } from './PricePanel.tsx';
import { requestOf, type Scene } from './scene.ts';
import { type Person, readStoryboard, storyboardRequest } from './storyboard.ts';
import { WholeStoryboard } from './WholeStoryboard.tsx';
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
  const cast = useReadyCharacters(scene.cast.map(({ characterId }) => characterId));
  const isStoryboard = scene.mode === 'storyboard';
  const storyboard = useStoryboard(scene, cast.ready);
  const asked = isStoryboard ? storyboardRequest(scene, storyboard) : requestOf(scene);
  const missing = 'missing' in asked ? asked.missing : undefined;
  const request = 'request' in asked ? asked.request : undefined;
  const known = useStillsEstimate(request);
  const start = useStartStills();
  const isRefused = (known.estimate?.refusals.length ?? 0) > 0;
  const reason = missing ?? (known.isCurrent ? (isRefused ? t.missing.refused : undefined) : t.missing.price);

  const generate = (event: FormEvent) => {
    event.preventDefault();
    if (!request || reason !== undefined || start.isPending) return;
    start.mutate(request, { onSuccess: ({ batchId }) => onStarted(batchId) });
  };
  const parts = { scene, cast, castHref, onChange };
  return (
    <form className="lk-scene-form" aria-labelledby={heading} noValidate onSubmit={generate}>
      <header className="lk-scene-head">
        <h2 id={heading}>{t.heading}</h2>
        <Segments
          label={t.mode.label}
          value={scene.mode}
          options={{ scene: t.mode.scene, storyboard: t.mode.storyboard }}
          onChange={(mode) => onChange((now) => ({ ...now, mode }))}
        />
      </header>
      {isStoryboard ? (
        <WholeStoryboard {...parts} storyboard={storyboard} estimate={known.isCurrent ? known.estimate : undefined} />
      ) : (
        <OneScene {...parts} />
      )}
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

/** Read anew only when the text or the names have changed: a storyboard may be long. */
function useStoryboard({ list, among }: Scene, ready: readonly Person[]) {
  const people = ready
    .filter(({ id }) => among.length === 0 || among.includes(id))
    .map(({ id, name }) => ({ id, name }));
  const key = JSON.stringify(people);
  return useMemo(() => readStoryboard(list, JSON.parse(key) as Person[]), [list, key]);
}
