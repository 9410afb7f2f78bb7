// Builds the console into dist/console, where the API serves it from (api/routes/console.ts).

import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative, so that the console works behind a gateway's prefix as well.
  base: './',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../dist/console', import.meta.url)),
    emptyOutDir: true,
    // The first versions that know light-dark() (https://caniuse.com/mdn-css_types_color_light-dark).
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // Nothing inline: the content security policy allows only files of our own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
