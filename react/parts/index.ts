// The parts for pages of others: import { CharacterIdentityModal } from '@likeness/react'.

// First: what a part says of itself is stronger than what holds for all.
import '../ui/tokens.css';
import '../ui/base.css';

export { LikenessProvider, useLikeness } from '../state/likeness-provider.tsx';
export { CastLocationsTab } from './CastLocationsTab.tsx';
export { CharacterIdentityModal } from './CharacterIdentityModal.tsx';
export { CharacterIdentityTestPanel } from './CharacterIdentityTestPanel.tsx';
export { SceneAssemblerTab } from './SceneAssemblerTab.tsx';
