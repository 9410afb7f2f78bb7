// Frames with the cast: a scene is put together, priced and generated; its pictures are looked at face by face.

import { useEffect, useState } from 'react';
import { useKept } from '../state/use-kept.ts';
import { BatchView } from '../stills/BatchView.tsx';
import { RecentBatches } from '../stills/RecentBatches.tsx';
import { SceneForm } from '../stills/SceneForm.tsx';
import { NEW_SCENE, type Scene, withCharacters } from '../stills/scene.ts';
import { texts } from '../texts.ts';
import './SceneAssemblerTab.css';

const t = texts.scene;

interface SceneAssemblerTabProps {
  /** Characters that come into the scene, by their ids: those that are ready. */
  characterIds?: readonly string[];
  /** The batch that is shown, where the page around keeps it; undefined: none. */
  batchId?: string | undefined;
  /** Called for another batch to be shown, or none. Without it, the part keeps it. */
  onBatch?: (batchId: string | undefined) => void;
  /** Where characters are prepared. */
  castHref?: string;
  /** Where the budget of the month is raised. */
  operationsHref?: string;
}

const NOBODY: readonly string[] = [];

export function SceneAssemblerTab(props: SceneAssemblerTabProps) {
  const { characterIds = NOBODY, batchId, onBatch, castHref, operationsHref } = props;
  const [own, setOwn] = useState(batchId);
  const shown = onBatch ? batchId : own;
  const open = onBatch ?? setOwn;
  const [scene, setScene] = useKept<Scene>('scene', NEW_SCENE);
  const added = characterIds.join();
  useEffect(() => {
    if (added !== '') setScene((now) => withCharacters(now, added.split(',')));
  }, [added, setScene]);

  return (
    <section className="lk-root lk-scenes" aria-label={t.title}>
      {shown === undefined ? (
        <>
          <header>
            <h1>{t.title}</h1>
            <p className="lk-soft">{t.lead}</p>
          </header>
          <SceneForm scene={scene} onChange={setScene} castHref={castHref} onStarted={open} />
          <RecentBatches onOpen={open} />
        </>
      ) : (
        <BatchView key={shown} batchId={shown} onBack={() => open(undefined)} operationsHref={operationsHref} />
      )}
    </section>
  );
}
