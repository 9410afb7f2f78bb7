// The English texts of the console's own pages, by screen, beside those of the parts.

import { texts as parts } from '../react/texts.ts';
import { identity } from './texts/identity.ts';
import { operations } from './texts/operations.ts';
import { shell, signIn } from './texts/shell.ts';
import { versions } from './texts/versions.ts';

export const texts = { ...parts, shell, signIn, identity, operations, versions };
