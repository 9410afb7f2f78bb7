// `npm run pack`: the packages that others install, into dist/packages.

import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packPackages } from './pack.ts';

const TARGET = fileURLToPath(new URL('../dist/packages', import.meta.url));

for (const tarball of Object.values(await packPackages(TARGET))) console.log(relative(process.cwd(), tarball));
