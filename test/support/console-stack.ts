// The console as a person has it: the embedded stack, the console that the API serves, and a real browser. Started once
// for a test file.

import { AxeBuilder } from '@axe-core/playwright';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { buildConsole } from '../../engine/console.mjs';
import { enginePaths } from '../../engine/paths.mjs';
import { type DemoApi, demoApi } from '../../stack/demo-api.ts';
import { consoleLink, demoKey } from '../../stack/first-key.ts';
import type { Stack } from '../../stack/stack.ts';
import { startTestStack } from './test-stack.ts';

/** No network but the machine's own: what Chromium asks for by itself stays unasked. */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];
/** For whatever a page waits for: the machine may be busy. */
const PATIENCE_MS = 180_000;

export interface ConsoleStack {
  stack: Stack;
  browser: Browser;
  api: DemoApi;
  key: string;
  /** As `npm start` prints it: with a key in its fragment. */
  link: string;
  /** For tests: a page of its own session, closed with the test. What goes wrong in it is kept for `expectClean`. */
  newPage(options?: BrowserContextOptions): Promise<Page>;
  /** The same, signed in and at the cast, or at the fragment given. */
  signedIn(fragment?: string, options?: BrowserContextOptions & { key?: string }): Promise<Page>;
  /** No page broke, broke the content security policy, or asked another server for anything. */
  expectClean(): void;
  stop(): Promise<void>;
}

/** `trainingMs`: how long the sandbox pretends to train. `settings`: variables for the house's processes. */
export async function startConsoleStack(
  trainingMs: number,
  settings: Record<string, string> = {},
): Promise<ConsoleStack> {
  await buildConsole();
  const { stack, stop } = await startTestStack({ trainingMs, settings });
  const browser = await chromium.launch({ executablePath: enginePaths().chromium, args: FLAGS });
  const key = await demoKey(stack.database);
  const troubles: string[] = [];

  async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    // A page that is left open goes on drawing and asking.
    onTestFinished(() => context.close());
    listen(context, stack.urls.api, troubles);
    return context.newPage();
  }

  return {
    stack,
    browser,
    api: demoApi(stack.urls.api, key),
    key,
    link: await consoleLink(stack.database, stack.urls.api),
    newPage,
    async signedIn(fragment = '', { key: ownKey = key, ...options } = {}) {
      const page = await newPage(options);
      await page.goto(`${stack.urls.api}/#key=${ownKey}`);
      await page.getByRole('heading', { name: 'Cast' }).waitFor();
      if (fragment) await page.evaluate((hash) => location.assign(hash), fragment);
      return page;
    },
    expectClean: () => expect(troubles).toEqual([]),
    async stop() {
      await browser.close();
      await stop();
    },
  };
}

function listen(context: BrowserContext, origin: string, troubles: string[]): void {
  context.on('weberror', (error) => troubles.push(`broken: ${error.error().message}`));
  context.on('console', (message) => {
    if (/content security policy/i.test(message.text())) troubles.push(message.text());
  });
  context.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol !== 'blob:' && asked !== origin) troubles.push(`asked ${request.url()}`);
  });
}

/** Waits until a run may be started: the price shows before the photos are in store, this button waits for both. */
export async function canStart(button: Locator): Promise<void> {
  await button.and(button.page().locator(':not([aria-disabled="true"])')).waitFor();
}

/**
 * What axe finds against WCAG 2.2 AA and its own good practice, as lines; empty when nothing. Looks while nothing fades:
 * text that is half there has no contrast to measure.
 */
export async function accessibilityOf(page: Page): Promise<string[]> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.waitForFunction(() =>
    document.getAnimations().every(({ effect, playState }) => {
      return playState !== 'running' || effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY;
    }),
  );
  // The other mode opens a further page for each look, which is for frames of other origins: there are none.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  await page.emulateMedia({ reducedMotion: null });
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} (${target.join(' ')})`));
}
