// `npm run screenshots` (or `-- --only prepare,training`): every screen of the console, light and dark, on a phone and
// on a desk, into docs/screens/. The runs are real, with the demo's photos; the browser shows only drawn pictures.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import sharp from 'sharp';
import { enginePaths } from '../engine/paths.mjs';
import { quietPorts } from './free-ports.ts';
import { type Cast, prepareCast } from './screenshots/cast.ts';
import { showDrawnPeople } from './screenshots/drawn-answers.ts';
import { SCREENS, type Screen } from './screenshots/screens.ts';
import { startStack } from './stack.ts';
import { say } from './terminal.ts';

const TARGET = fileURLToPath(new URL('../docs/screens/', import.meta.url));
const THEMES = ['light', 'dark'] as const;
const SIZES = [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
] as const;
/** A longer page is shown whole, up to here. Pixels. */
const MAX_HEIGHT = 2600;
/** Repositories keep every version of a picture. Bytes. */
const MAX_BYTES = 200_000;
const FEWER_COLOURS = [128, 64, 32, 16];
const SETTLE_MS = 500;
/** The machine may be busy. */
const PATIENCE_MS = 120_000;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

async function main(): Promise<void> {
  const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
  const screens = SCREENS.filter(({ name }) => only === undefined || only.split(',').includes(name));
  const folder = mkdtempSync(join(tmpdir(), 'likeness-screens-'));
  const env = {
    ...process.env,
    FAL_KEY: '',
    FAL_API_KEY: '',
    LIKENESS_RECONCILE_PAUSE_MS: '20',
    LIKENESS_TRAINING_FIRST_POLL_MS: '1000',
  };
  const ports = await quietPorts();
  const stack = await startStack({ dataFolder: folder, ports, env, sandboxTrainingMs: 1000 }, say);
  const browser = await chromium.launch({ executablePath: enginePaths().chromium, args: FLAGS });
  try {
    say('preparing the cast …');
    const cast = await prepareCast(stack);
    mkdirSync(TARGET, { recursive: true });
    for (const theme of THEMES) for (const size of SIZES) await photograph(browser, cast, screens, theme, size);
  } finally {
    await browser.close();
    await stack.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  }
}

async function photograph(
  browser: Browser,
  cast: Cast,
  screens: readonly Screen[],
  theme: (typeof THEMES)[number],
  size: (typeof SIZES)[number],
): Promise<void> {
  for (const { name, show, whole } of screens) {
    const context = await browser.newContext({ viewport: size, colorScheme: theme, reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await showDrawnPeople(page, cast);
    await show({ page, cast });
    await page.waitForTimeout(SETTLE_MS);
    if (whole) {
      const content = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width: size.width, height: Math.min(MAX_HEIGHT, Math.max(size.height, content)) });
      await page.waitForTimeout(SETTLE_MS);
    }
    const file = `${name}-${theme}-${size.width}.png`;
    const bytes = await small(await page.screenshot());
    writeFileSync(join(TARGET, file), bytes);
    say(`${file.padEnd(36)} ${Math.round(bytes.length / 1000)} kB`);
    await context.close();
  }
}

/** The PNG with as many colours as fit into MAX_BYTES. */
async function small(png: Buffer): Promise<Buffer> {
  for (const colours of FEWER_COLOURS) {
    const bytes = await sharp(png).png({ palette: true, colours, effort: 8 }).toBuffer();
    if (bytes.length <= MAX_BYTES) return bytes;
  }
  throw new Error(`A screenshot is larger than ${MAX_BYTES} bytes even with few colours: show less of the page.`);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
