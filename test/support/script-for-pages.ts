// A module with all that it imports as one script, as a bundler of an app makes it: its exports are a global of that name.

import { build } from 'vite';

export async function scriptForPages(entry: string, name: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name } },
  });
  const output = Array.isArray(built) ? built[0] : built;
  if (!output || !('output' in output)) throw new Error('vite built nothing');
  return output.output[0].code;
}
