// The cast and the modal in a real browser, against the embedded stack: the storyboard app's own checklist for upload,
// training and errors, and what may go wrong in the middle.

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityOf, type ConsoleStack, canStart, startConsoleStack } from '../support/console-stack.ts';
import { franck, photoOfAnotherMan } from '../support/photos.ts';

const MINUTE = 60_000;
const MB = 1024 * 1024;
const DARK_PHONE = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const;

let world: ConsoleStack;
let folder: string;
/** Files of one man that pass every rule. */
let good: string[];

function file(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

beforeAll(async () => {
  world = await startConsoleStack(6000);
  folder = mkdtempSync(join(tmpdir(), 'likeness-photos-'));
  good = (await franck(5)).map((bytes, n) => file(`franck-${n + 1}.jpg`, bytes));
}, 10 * MINUTE);
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 3 * MINUTE);
afterEach(() => world.expectClean());

const dialogOf = (page: Page) => page.getByRole('dialog');
const prepareButton = (page: Page) => dialogOf(page).getByRole('button', { name: 'Prepare Identity', exact: true });

/** A character of this name, with the modal open. */
async function openModal(name: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await world.signedIn('', options);
  await page.getByRole('button', { name: 'New character' }).first().click();
  await page.getByLabel('Name').fill(name);
  await dialogOf(page).getByRole('button', { name: 'New character' }).click();
  await page.getByRole('button', { name: `Prepare Identity of ${name}`, exact: true }).click();
  await dialogOf(page).getByText('3 to 5 photos of one person').waitFor();
  return page;
}

const choose = (page: Page, files: string[]) => dialogOf(page).locator('input[type=file]').setInputFiles(files);
const tile = (page: Page, name: string) => dialogOf(page).getByRole('listitem').filter({ hasText: name });

/** From good photos to a run that goes on. */
async function start(page: Page): Promise<void> {
  await choose(page, good.slice(0, 3));
  await page.getByText('3 photos can be used.').waitFor();
  await page.getByRole('checkbox').check();
  await page.getByText('$2.35 estimated').waitFor();
  await canStart(prepareButton(page));
  await prepareButton(page).click();
  await page.getByText('elapsed').first().waitFor();
}

describe('signing in', () => {
  it('the link of npm start signs in, and leaves no key in the address or the history', async () => {
    const page = await world.newPage();
    await page.goto(world.link);
    await page.getByRole('heading', { name: 'No characters yet' }).waitFor();
    expect(await accessibilityOf(page)).toEqual([]);
    expect(page.url()).not.toContain('lk_');
    await page.reload();
    await page.getByRole('heading', { name: 'Cast' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    await page.reload();
    await page.getByLabel('API key').waitFor();
  });

  it('a wrong key is refused with the next step, a right one lets in', async () => {
    const page = await world.newPage();
    await page.goto(world.stack.urls.api);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Enter an API key.').waitFor();
    await page.getByLabel('API key').fill('lk_00000000_wrong');
    await page.keyboard.press('Enter');
    await page.getByText('This key is not valid.').waitFor();
    expect(await accessibilityOf(page)).toEqual([]);
    await page.getByLabel('API key').fill(world.key);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Cast' }).waitFor();
  });

  it('a key that is revoked meanwhile leads back to the sign-in, which says why', async () => {
    const page = await world.signedIn();
    await page.evaluate(() => sessionStorage.setItem('likeness.key', 'lk_00000000_wrong'));
    await page.reload();
    await page.getByText('You were signed out').waitFor();
  });
});

describe('a new character', () => {
  it('is asked what it is, is a person when nothing is chosen, and shows it on its card', async () => {
    const page = await world.signedIn();
    const add = async (name: string, noun?: string) => {
      await page.getByRole('button', { name: 'New character' }).first().click();
      await page.getByLabel('Name').fill(name);
      expect(await page.getByLabel('Trained as').inputValue()).toBe('person');
      if (noun) await page.getByLabel('Trained as').selectOption(noun);
      expect(await accessibilityOf(page)).toEqual([]);
      await dialogOf(page).getByRole('button', { name: 'New character' }).click();
      await dialogOf(page).waitFor({ state: 'detached' });
    };
    await add('Nora', 'Woman');
    // The second time the dialog begins anew.
    await add('Whoever');
    await page.getByRole('article', { name: 'Nora' }).getByText('Woman', { exact: true }).waitFor();
    await page.getByRole('article', { name: 'Whoever' }).getByText('Person', { exact: true }).waitFor();
    expect(await accessibilityOf(page)).toEqual([]);
  });
});

describe('checklist: upload', () => {
  it('photos get a verdict and a sentence each, and the cost is told before the click', async () => {
    const page = await openModal('Upload');
    expect(await accessibilityOf(page)).toEqual([]);
    await choose(page, good);
    await page.getByText('5 photos can be used.').waitFor();
    for (const n of [1, 2, 3, 4, 5]) await tile(page, `franck-${n}.jpg`).getByText('Good').waitFor();
    await page.getByText('$2.35 estimated').waitFor();
    expect(await accessibilityOf(page)).toEqual([]);
  });

  it('photos that are dropped are taken like chosen ones, and one that is removed is gone', async () => {
    const page = await openModal('Dropped');
    const bytes = (await franck(1))[0]?.toString('base64') ?? '';
    await dialogOf(page)
      .locator('.lk-drop')
      .evaluate((zone, base64) => {
        const transfer = new DataTransfer();
        const content = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        transfer.items.add(new File([content], 'dropped.jpg', { type: 'image/jpeg' }));
        for (const type of ['dragenter', 'dragover', 'drop']) {
          zone.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
        }
      }, bytes);
    await tile(page, 'dropped.jpg').getByText('Good').waitFor();
    await page.getByRole('button', { name: 'Remove dropped.jpg' }).click();
    await tile(page, 'dropped.jpg').waitFor({ state: 'detached' });
  });
});

describe('checklist: training', () => {
  it('shows stages and elapsed time, goes on when closed, and stands where it is after a reload', {
    timeout: 8 * MINUTE,
  }, async () => {
    const page = await openModal('Mara');
    await start(page);
    await dialogOf(page).getByText('Training character with fal LoRA…').first().waitFor();
    // No training was made here yet, so the time is that of the profile; only the end fills the bar.
    await dialogOf(page).getByText('expected to take about 6 minutes').waitFor();
    const bar = dialogOf(page).getByRole('progressbar', { name: 'Training, by the expected time' });
    expect(await bar.evaluate((one: HTMLProgressElement) => one.value / one.max)).toBeLessThan(1);
    expect(await accessibilityOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialogOf(page).waitFor({ state: 'detached' });
    const opener = page.getByRole('button', { name: 'View progress of Mara' });
    await opener.waitFor();

    await page.reload();
    await opener.click();
    await dialogOf(page).getByText('elapsed').first().waitFor();
    await page.getByText('The test images are waiting for a decision.').waitFor({ timeout: 4 * MINUTE });

    const [mara] = await newest();
    expect(mara).toMatchObject({ stage: 'awaiting_approval' });
    await world.api.approve(mara?.identityId ?? '', 1);
    await dialogOf(page).getByText('Character identity ready!').first().waitFor();
    expect(await accessibilityOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByText('Identity Ready').waitFor();
    expect(await accessibilityOf(page)).toEqual([]);
  });

  it('a run can be stopped, after one question', { timeout: 8 * MINUTE }, async () => {
    const page = await openModal('Stopped');
    await start(page);
    await page.getByRole('button', { name: 'Stop preparing' }).click();
    expect(await accessibilityOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Stop it' }).click();
    await dialogOf(page).getByText('It was stopped').waitFor();
    await page.getByRole('button', { name: 'Start again' }).click();
    // The photos of the first try are still there.
    await page.getByText('3 photos can be used.').waitFor();
  });
});

describe('checklist: errors', () => {
  it('fewer than three images: "At least 3 reference images required"', async () => {
    const page = await openModal('Few', DARK_PHONE);
    await prepareButton(page).press('Enter');
    await page.getByText('At least 3 reference images required').first().waitFor();
    await choose(page, good.slice(0, 2));
    await dialogOf(page).getByText('There are 2. Upload more photos.').first().waitFor();
    await page.getByText('At least 3 reference images required').first().waitFor();
    await page.getByRole('checkbox').check();
    expect(await prepareButton(page).getAttribute('aria-disabled')).toBe('true');
    expect(await accessibilityOf(page)).toEqual([]);
  });

  it('a wrong format: "Format not supported", by its name, and for a text file renamed to .jpg', async () => {
    const page = await openModal('Formats', DARK_PHONE);
    await choose(page, [
      file('moving.gif', await sharp(good[0]).resize(600).gif().toBuffer()),
      file('renamed.jpg', Buffer.from('This is no picture. '.repeat(100))),
    ]);
    for (const name of ['moving.gif', 'renamed.jpg']) {
      await tile(page, name).getByText('Not usable').waitFor();
      await tile(page, name).getByText('Format not supported').waitFor();
    }
    expect(await accessibilityOf(page)).toEqual([]);
  });

  it('low resolution is a warning, and the photo is used', async () => {
    const page = await openModal('Small');
    const small = file('small.jpg', await sharp(good[0]).resize({ width: 450 }).jpeg({ quality: 95 }).toBuffer());
    await choose(page, [small, ...good.slice(1, 3)]);
    await tile(page, 'small.jpg').getByText('Usable').waitFor();
    await tile(page, 'small.jpg').getByText('Low resolution').waitFor();
    await page.getByText('3 photos can be used.').waitFor();
  });

  it('a photo of 12 MB is refused at once, and never sent', async () => {
    const page = await openModal('Large');
    const sizes: number[] = [];
    page.on('request', (request) => sizes.push(Number(request.headers()['content-length'] ?? 0)));
    const [first = ''] = good;
    const padded = Buffer.concat([await sharp(first).jpeg().toBuffer(), Buffer.alloc(12 * MB)]);
    await choose(page, [file('large.jpg', padded), ...good.slice(1, 4)]);
    await tile(page, 'large.jpg').getByText('larger than 10 MB').waitFor();
    await page.getByText('3 photos can be used.').waitFor();
    await page.getByText('1 photo will be left out.').waitFor();
    expect(Math.max(...sizes)).toBeLessThan(10 * MB);
  });

  it('a slow upload tells how much of it has gone out', async () => {
    const page = await openModal('Slow');
    const network = await page.context().newCDPSession(page);
    const size = good.slice(0, 3).reduce((sum, name) => sum + statSync(name).size, 0);
    const uploadThroughput = size / 6; // a second
    await network.send('Network.enable');
    await network.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
    const goesOut = async (doing: string) => {
      for (const share of [/^[1-4]\d % sent/, /^[5-9]\d % sent/]) {
        await dialogOf(page).locator('.lk-on-its-way', { hasText: doing }).getByText(share).waitFor();
      }
    };
    await choose(page, good.slice(0, 3));
    await goesOut('Checking 3 photos');
    await page.getByText('3 photos can be used.').waitFor();
    await page.getByRole('checkbox').check();
    await goesOut('Uploading 3 photos');
    await canStart(prepareButton(page));
  });

  it('another person among the photos is named, and stops the start', async () => {
    const page = await openModal('Mixed');
    await choose(page, [...good.slice(0, 3), file('stranger.jpg', await photoOfAnotherMan())]);
    await tile(page, 'stranger.jpg').getByText('different person').waitFor();
    await page.getByText('Not all photos show the same person').waitFor();
    await page.getByRole('button', { name: 'Remove stranger.jpg' }).click();
    await page.getByText('3 photos can be used.').waitFor();
  });

  it('a run that needs other photos takes them in the modal, and goes on', { timeout: 8 * MINUTE }, async () => {
    const stranger = file('stranger.jpg', await photoOfAnotherMan());
    const { id } = await world.api.createCharacter('Needs');
    await world.api.upload(id, [...good.slice(0, 3), stranger]);
    const { identityId } = await world.api.prepare(id, `key-${id}`);
    await expect
      .poll(async () => (await world.api.identity(identityId)).stage, { timeout: 3 * MINUTE })
      .toBe('needs_photos');

    const page = await world.signedIn();
    await page.getByRole('button', { name: 'See what is needed for Needs' }).click();
    await page.getByText('Waiting for replacement photos').first().waitFor();
    const named = dialogOf(page).getByRole('listitem').filter({ hasText: 'different person' });
    await named.getByRole('button').click();
    await page.getByText('3 photos can be used.').waitFor();
    await page.getByRole('checkbox').check();
    expect(await accessibilityOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Go on with these photos' }).click();
    await dialogOf(page).getByText('elapsed').first().waitFor();
  });
});

it('a training that fails says why, and what to do next', { timeout: 8 * MINUTE }, async () => {
  await setFaults([{ fault: 'training_fails' }]);
  const page = await openModal('Fails');
  await start(page);
  const said = dialogOf(page).getByRole('alert');
  await said.getByText('The identity could not be prepared').waitFor();
  const { failure } = await world.api.identity((await newest())[0]?.identityId ?? '');
  await said.getByText(failure?.message ?? 'the reason').waitFor();
  await said.getByText('The photos are kept').waitFor();
  await setFaults([]);
  expect(await accessibilityOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'See what is needed for Fails' }).click();
  await page.getByRole('button', { name: 'Start again' }).click();
  await page.getByText('3 photos can be used.').waitFor();
});

it('the whole way to a running training goes by keyboard alone', { timeout: 8 * MINUTE }, async () => {
  const page = await world.signedIn();
  page.on('filechooser', () => {}); // from here on Chromium tells of them, instead of opening one
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      const reached = await page.evaluate(() => {
        const { activeElement } = document;
        // What holds everything has every word in it, and is nothing to press.
        if (!activeElement?.matches('a, button, input, select, textarea')) return '';
        const label = activeElement instanceof HTMLInputElement ? activeElement.labels?.[0]?.textContent : '';
        return `${activeElement.getAttribute('aria-label') ?? ''}|${label}|${activeElement.textContent}`;
      });
      if (reached.includes(name)) return;
    }
    throw new Error(`no way to ${name}`);
  };
  await tabTo('New character');
  await page.keyboard.press('Enter');
  await dialogOf(page).waitFor();
  // Fingers are slower than this test: the field has the focus a moment after the dialog shows.
  await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement);
  await page.keyboard.type('Keys');
  await page.keyboard.press('Enter');
  await dialogOf(page).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Prepare Identity of Keys' }).waitFor();
  // Focus went back to where the dialog was opened from.
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('New character');
  await tabTo('Prepare Identity of Keys');
  await page.keyboard.press('Enter');
  await dialogOf(page).waitFor();
  await dialogOf(page).getByText('Choose photos', { exact: true }).waitFor();
  await tabTo('Choose photos');
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(good.slice(0, 3));
  await page.getByText('3 photos can be used.').waitFor();
  await tabTo('I have the right to use these photos');
  await page.keyboard.press('Space');
  await page.getByText('$2.35 estimated').waitFor();
  await canStart(prepareButton(page));
  await tabTo('Prepare Identity');
  await page.keyboard.press('Enter');
  await dialogOf(page).getByText('elapsed').first().waitFor();
  await page.keyboard.press('Escape');
  await dialogOf(page).waitFor({ state: 'detached' });
});

async function newest(): Promise<{ identityId: string; stage: string }[]> {
  const answer = await fetch(`${world.stack.urls.api}/v1/identities`, {
    headers: { authorization: `Bearer ${world.key}` },
  });
  return ((await answer.json()) as { items: { identityId: string; stage: string }[] }).items;
}

async function setFaults(rules: { fault: string }[]): Promise<void> {
  const answer = await fetch(`${world.stack.urls.sandbox}/admin/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  });
  expect(answer.ok).toBe(true);
}
