// What an operator and a reviewer see, in a real browser: the Temporal Web UI while a run waits, and the contact sheet.

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium, type Frame, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityWorkflowId } from '../../domain/keys.ts';
import { enginePaths } from '../../engine/paths.mjs';
import { contactSheet } from '../../stack/contact-sheet.ts';
import { type DemoApi, type DemoIdentity, demoApi } from '../../stack/demo-api.ts';
import { demoPhotos } from '../../stack/demo-photos.ts';
import { demoKey } from '../../stack/first-key.ts';
import type { Stack } from '../../stack/stack.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

const MINUTE = 60_000;
/** No network but the machine's own: what Chromium asks for by itself stays unasked. */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

let world: TestStack;
let stack: Stack;
let api: DemoApi;
let browser: Browser;
let page: Page;
let waiting: DemoIdentity;
let webUi: string;

async function reach(identityId: string, stage: string): Promise<DemoIdentity> {
  for (const deadline = Date.now() + 8 * MINUTE; Date.now() < deadline; await sleep(300)) {
    const identity = await api.identity(identityId);
    if (identity.stage === stage) return identity;
  }
  throw new Error(`${identityId} did not reach ${stage}`);
}

async function frameWith(text: string): Promise<Frame> {
  for (const deadline = Date.now() + 4 * MINUTE; Date.now() < deadline; await sleep(200)) {
    for (const frame of page.frames()) if ((await frame.getByText(text).count()) > 0) return frame;
  }
  throw new Error(`no frame shows "${text}"`);
}

beforeAll(async () => {
  world = await startTestStack({ trainingMs: 1000 });
  stack = world.stack;
  api = demoApi(stack.urls.api, await demoKey(stack.database));
  const { id } = await api.createCharacter('Franck');
  await api.upload(id, demoPhotos(undefined));
  const { identityId } = await api.prepare(id, `key-${id}`);
  waiting = await reach(identityId, 'awaiting_approval');
  webUi = `${stack.urls.temporalUi}/namespaces/default/workflows/${encodeURIComponent(identityWorkflowId(identityId))}`;
  browser = await chromium.launch({ executablePath: enginePaths().chromium, args: FLAGS });
  page = await browser.newPage({ viewport: { width: 1440, height: 1200 } });
}, 10 * MINUTE);

afterAll(async () => {
  await browser?.close();
  await world?.stop();
}, 3 * MINUTE);

describe('the Temporal Web UI, while a run waits for approval', () => {
  it('has a readable summary for every activity', async () => {
    await page.goto(webUi);
    for (const summary of [
      'Check 5 photos',
      // One of five is held out of the training.
      'Pack 4 photos with captions',
      'Pay for training 1: 1000 steps',
      'Poll the training until it ends',
      'Copy and pin the LoRA of training 1',
      'Score 5 images of round 1',
      'Tell reviewers: awaiting approval',
    ]) {
      await page
        .getByText(summary)
        .first()
        .waitFor({ timeout: 3 * MINUTE });
    }
  });

  it('shows the stage among the search attributes', async () => {
    await page.getByText('Search Attributes', { exact: true }).first().click();
    await page
      .getByText('awaiting_approval')
      .first()
      .waitFor({ timeout: 3 * MINUTE });
  });

  it('shows the exact signal to send, and that signal finishes the run', async () => {
    await page.getByText('User Metadata', { exact: true }).first().click();
    // The Web UI shows what a workflow wrote in a frame of its own.
    const panel = await frameWith('Waiting for a reviewer');
    const shown = await panel.locator('pre').filter({ hasText: 'approveIdentity' }).first().textContent();
    const command = (shown ?? '').replaceAll(/\s*\\\s*\n\s*/g, ' ').trim();
    const match = /^temporal workflow signal --workflow-id (\S+) --name (\S+) --input '(.+)'$/.exec(command);
    expect(match, command).not.toBeNull();
    const [, workflowId = '', name = '', input = ''] = match ?? [];
    await promisify(execFile)(enginePaths().temporalCli, [
      ...['workflow', 'signal', '--address', stack.temporalAddress],
      ...['--workflow-id', workflowId, '--name', name, '--input', input],
    ]);
    const ready = await reach(waiting.identityId, 'ready');
    expect(ready.decisions[0]?.decision).toMatchObject({ verdict: 'approve', via: 'signal' });
  });
});

describe('the contact sheet', () => {
  it('shows references, test images and scores, worst first, and asks no server for anything', async () => {
    const pictures = async (items: { title: string; path: string }[]) =>
      Promise.all(items.map(async ({ title, path }) => ({ title, bytes: await api.content(path) })));
    const photos = await pictures(
      waiting.references.map(({ links }, n) => ({ title: `photo ${n + 1}`, path: links.content })),
    );
    const references = photos.map((photo, n) => ({ ...photo, photoId: waiting.references[n]?.photoId ?? '' }));
    const tests = await pictures(waiting.images.map(({ type, links }) => ({ title: type, path: links.content })));
    const file = join(world.folder, 'sheet.html');
    writeFileSync(file, await contactSheet('Franck <script>', waiting, references, tests));
    const requests: string[] = [];
    const sheet = await browser.newPage();
    sheet.on('request', (request) => requests.push(request.url()));
    await sheet.goto(pathToFileURL(file).href);
    const drawn = await sheet
      .locator('img')
      .evaluateAll((images) => images.map((image) => image instanceof HTMLImageElement && image.naturalWidth > 0));
    // Five of each, and below each test image the three references that its score rests on.
    expect(drawn).toEqual(Array(25).fill(true));
    const worst = waiting.images
      .flatMap(({ score }) => (score?.state === 'scored' ? [score] : []))
      .toSorted((a, b) => a.score - b.score)[0];
    const median = worst?.compared?.median;
    const named = references.find(({ photoId }) => photoId === median?.photoId)?.title ?? 'no reference';
    const shownMedian = sheet.locator('[data-compared="median"]').first();
    expect(await shownMedian.locator('img').getAttribute('alt')).toBe(named);
    expect(await shownMedian.textContent()).toContain(`distance ${median?.distance.toFixed(2)}`);
    const shown = (await sheet.locator('figcaption .good, figcaption .bad').allInnerTexts()).map(Number);
    expect(shown).toHaveLength(5);
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
    expect(await sheet.locator('h1').textContent()).toBe('Franck <script>');
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(file).href]);
    await sheet.close();
  });
});
