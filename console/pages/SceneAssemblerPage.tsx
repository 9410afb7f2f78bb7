// #/stills: a new scene, and those that there are. #/stills/<id>: one of them.

import { SceneAssemblerTab } from '../../react/parts/SceneAssemblerTab.tsx';
import { batchHref, castHref, operationsHref, type Route, stillsHref } from '../route.ts';

export default function SceneAssemblerPage({ route }: { route: Extract<Route, { page: 'stills' }> }) {
  const { batchId, characterIds } = route;
  return (
    <SceneAssemblerTab
      batchId={batchId}
      {...(characterIds ? { characterIds } : {})}
      onBatch={(id) => location.assign(id === undefined ? stillsHref : batchHref(id))}
      castHref={castHref}
      operationsHref={operationsHref}
    />
  );
}
