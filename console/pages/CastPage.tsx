// #/: the cast.

import { CastLocationsTab } from '../../react/parts/CastLocationsTab.tsx';
import { identityHref, operationsHref } from '../route.ts';

export function CastPage() {
  return <CastLocationsTab identityHref={identityHref} operationsHref={operationsHref} />;
}
