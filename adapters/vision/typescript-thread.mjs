// Development only: lets a thread import our TypeScript. `--import tsx` alone does not reach threads on Node 20.

import { register } from 'tsx/esm/api';

register();
