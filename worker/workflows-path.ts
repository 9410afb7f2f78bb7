// The path of the workflows, as source or as built.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));
const built = fileURLToPath(new URL('../workflows/index.js', import.meta.url));

export const WORKFLOWS_PATH = existsSync(source) ? source : built;
