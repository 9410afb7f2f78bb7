// #/: the cast.

import { CastLocationsTab } from '../../react/parts/CastLocationsTab.tsx';
import { identityHref, operationsHref, sceneHref } from '../route.ts';

export function CastPage() {
  return (
    <CastLocationsTab
      identityHref={identityHref}
      operationsHref={operationsHref}
      onUseInScene={({ id }) => location.assign(sceneHref(id))}
    />
  );
}
