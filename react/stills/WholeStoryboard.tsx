// A whole storyboard: its frames as text or file, and what is read of them.

import { useEffect } from 'react';
import type { StillsEstimate } from '../../client/index.ts';
import type { useReadyCharacters } from '../state/use-ready-characters.ts';
import { texts } from '../texts.ts';
import { CastChooser } from './CastChooser.tsx';
import { FrameListField } from './FrameListField.tsx';
import { FrameStrip } from './FrameStrip.tsx';
import { SceneOptions } from './SceneOptions.tsx';
import type { Scene } from './scene.ts';
import type { Storyboard } from './storyboard.ts';

const t = texts.scene.storyboard;

interface WholeStoryboardProps {
  scene: Scene;
  storyboard: Storyboard;
  estimate: StillsEstimate | undefined;
  cast: ReturnType<typeof useReadyCharacters>;
  castHref: string | undefined;
  onChange: (change: (now: Scene) => Scene) => void;
}

export function WholeStoryboard({ scene, storyboard, estimate, cast, castHref, onChange }: WholeStoryboardProps) {
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = cast;
  // Names are looked for among all who are ready, so all are read.
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const choose = (id: string, isChosen: boolean) =>
    onChange((now) => ({ ...now, among: isChosen ? [...now.among, id] : now.among.filter((one) => one !== id) }));

  return (
    <>
      <div className="lk-scene-columns">
        <FrameListField list={scene.list} onList={(list) => onChange((now) => ({ ...now, list }))} />
        <CastChooser
          cast={cast}
          chosen={scene.among}
          heading={t.among}
          lead={t.amongLead}
          most={Number.POSITIVE_INFINITY}
          castHref={castHref}
          onChoose={choose}
        />
      </div>
      <SceneOptions scene={scene} onChange={(change) => onChange((now) => ({ ...now, ...change }))} />
      <FrameStrip storyboard={storyboard} estimate={estimate} />
    </>
  );
}
