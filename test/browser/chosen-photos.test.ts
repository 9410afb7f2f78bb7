// What people drop or choose in the modal, in a real browser: content decides, nothing is sent that would be refused as a
// whole, and the price is there from the first usable photo on.

import type { Page, Request } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createLikenessClient } from '../../client/index.ts';
import { accessibilityOf, type ConsoleStack, canStart, startConsoleStack } from '../support/console-stack.ts';
import { franck } from '../support/photos.ts';

const MINUTE = 60_000;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

interface Dropped {
  name: string;
  type: string;
  bytes: Buffer;
}

let world: ConsoleStack;
let good: Buffer[];

beforeAll(async () => {
  world = await startConsoleStack(6000);
  good = await franck(5);
}, 10 * MINUTE);
afterAll(() => world?.stop(), 3 * MINUTE);
afterEach(() => world.expectClean());

const dialogOf = (page: Page) => page.getByRole('dialog');
const tile = (page: Page, name: string) => dialogOf(page).getByRole('listitem').filter({ hasText: name });
const prepareButton = (page: Page) => dialogOf(page).getByRole('button', { name: 'Prepare Identity', exact: true });

async function openModal(name: string, options = {}): Promise<{ page: Page; sent: string[] }> {
  await world.api.createCharacter(name);
  const page = await world.signedIn('', options);
  await page.getByRole('button', { name: `Prepare Identity of ${name}`, exact: true }).click();
  await dialogOf(page).getByText('3 to 5 photos of one person').waitFor();
  const sent: string[] = [];
  page.on('request', (request: Request) => {
    if (request.method() === 'POST') sent.push(new URL(request.url()).pathname);
  });
  return { page, sent };
}

async function drop(page: Page, files: readonly Dropped[], texts: Record<string, string> = {}): Promise<void> {
  const content = files.map(({ bytes, ...file }) => ({ ...file, base64: bytes.toString('base64') }));
  await dialogOf(page)
    .locator('.lk-drop')
    .evaluate(
      (zone, { content, texts }) => {
        const transfer = new DataTransfer();
        for (const { name, type, base64 } of content) {
          const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
          transfer.items.add(new File([bytes], name, { type }));
        }
        for (const [type, text] of Object.entries(texts)) transfer.setData(type, text);
        for (const type of ['dragenter', 'dragover', 'drop']) {
          zone.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
        }
      },
      { content, texts },
    );
}

it('good photos are sent whatever their names and types say', async () => {
  const { page } = await openModal('Misnamed', PHONE);
  const named = [
    ['IMG_1.HEIC', 'image/heic'],
    ['photo', ''],
    ['old.jpg', 'image/pjpeg'],
    ['short.jpg', 'image/jpg'],
    ['messenger.bin', 'application/octet-stream'],
  ] as const;
  // A picker that is told types would not offer such files.
  expect(await dialogOf(page).locator('input[type=file]').getAttribute('accept')).toBeNull();
  const files = named.map(([name, type], n) => ({ name, type, bytes: good[n] ?? Buffer.of() }));
  await drop(page, files);
  for (const { name } of files) await tile(page, name).getByText('Good').waitFor();
  await page.getByText('5 photos can be used.').waitFor();
  for (const { name } of files) {
    const width = await tile(page, name)
      .locator('img')
      .evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth));
    expect(width, name).toBeGreaterThan(0);
  }
  await page.getByRole('checkbox').check();
  await canStart(prepareButton(page));
});

it('a sideways photo is offered turned: one click makes it a good one, and so it is stored', async () => {
  const { page, sent } = await openModal('Sideways', PHONE);
  const [first = Buffer.of(), ...others] = good;
  const sideways = await sharp(first).rotate(90).jpeg({ quality: 95 }).toBuffer();
  const name = `${'a-very-long-name-'.repeat(8)}.jpg`;
  const files = others.slice(0, 2).map((bytes, n) => ({ name: `upright-${n}.jpg`, type: 'image/jpeg', bytes }));
  await drop(page, [{ name, type: 'image/jpeg', bytes: sideways }, ...files]);
  await tile(page, name).getByText('The photo lies on its side: turn it by 90° anticlockwise.').waitFor();
  await tile(page, name).getByText('Not usable').waitFor();
  const turn = tile(page, name).getByRole('button', { name: 'Turn upright' });
  expect(await accessibilityOf(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await accessibilityOf(page)).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);

  await turn.click();
  await tile(page, name).getByText('Good').waitFor();
  expect(await turn.count()).toBe(0);
  await page.getByText('3 photos can be used.').waitFor();
  await page.getByRole('checkbox').check();
  await canStart(prepareButton(page));
  const path = sent.find((one) => one.endsWith('/photos'));
  const client = createLikenessClient({ baseUrl: world.stack.urls.api, apiKey: world.key });
  const { items } = await client.photos.list(path?.split('/')[3] ?? '');
  expect(items.map(({ width, height, verdict }) => ({ width, height, verdict }))).toEqual(
    Array(3).fill({ width: 720, height: 576, verdict: 'accepted' }),
  );
});

it('over the API a sideways photo says its turn, and is accepted with it', async () => {
  const client = createLikenessClient({ baseUrl: world.stack.urls.api, apiKey: world.key });
  const sideways = await sharp(good[0]).rotate(270).jpeg({ quality: 95 }).toBuffer();
  const file = new File([new Uint8Array(sideways)], 'sideways.jpg');
  const { id } = await client.characters.create({ name: 'Sideways by a program' });
  const [asItIs] = (await client.photos.upload(id, [file])).photos;
  const finding = asItIs?.findings.find(({ code }) => code === 'turned');
  expect([asItIs?.verdict, finding?.turnBy]).toEqual(['rejected', 90]);
  const [turned] = (await client.photos.upload(id, [{ file, turnBy: finding?.turnBy ?? 0 }])).photos;
  expect(turned).toMatchObject({ verdict: 'accepted', findings: [] });
  const stored = await client.photos.content(turned?.photoId ?? '');
  expect(await sharp(Buffer.from(await stored.arrayBuffer())).metadata()).toMatchObject({ width: 720, height: 576 });
});

it('a HEIC file is told as one, with the way out, and never sent', async () => {
  const { page, sent } = await openModal('Heic');
  const heic = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), Buffer.alloc(2000)]);
  await drop(page, [{ name: 'holiday.jpg', type: 'image/jpeg', bytes: heic }]);
  await tile(page, 'holiday.jpg').getByText('HEIC').waitFor();
  await tile(page, 'holiday.jpg').getByText('Export it as JPEG').waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  expect(sent).toEqual([]);
});

it('an album of 21 photos is told how many to remove, and is not sent to be refused', async () => {
  const { page, sent } = await openModal('Album');
  const bytes = good[0] ?? Buffer.of();
  await drop(
    page,
    Array.from({ length: 21 }, (_, n) => ({ name: `album-${n + 1}.jpg`, type: 'image/jpeg', bytes })),
  );
  await dialogOf(page).getByText('There are 21. Remove 16 to go on.').waitFor();
  await tile(page, 'album-21.jpg').getByText('Not checked').waitFor();
  expect(await dialogOf(page).getByRole('alert').count()).toBe(0);
  expect(sent).toEqual([]);
  expect(await accessibilityOf(page)).toEqual([]);
});

it('a dropped link gets a word, which goes when files come', async () => {
  const { page } = await openModal('Link');
  const before = page.url();
  await drop(page, [], { 'text/uri-list': 'https://pictures.example/mara.jpg' });
  const word = dialogOf(page).getByText('Drop picture files, not links: save the picture first');
  await word.waitFor();
  expect(page.url()).toBe(before);
  expect(await accessibilityOf(page)).toEqual([]);
  await drop(page, [{ name: 'mara.jpg', type: 'image/jpeg', bytes: good[0] ?? Buffer.of() }]);
  await tile(page, 'mara.jpg').getByText('Good').waitFor();
  expect(await word.count()).toBe(0);
  await drop(page, [], { 'text/plain': 'mara' });
  await word.waitFor();
});

it('the cost is shown from the first usable photo on, before consent, and nothing is stored for it', async () => {
  const { page, sent } = await openModal('Price', PHONE);
  const dialog = dialogOf(page);
  await dialog.getByText('The cost is shown here as soon as one photo can be used.').waitFor();
  await drop(page, [{ name: 'one.jpg', type: 'image/jpeg', bytes: good[0] ?? Buffer.of() }]);
  await dialog.getByText('$2.35 estimated').waitFor();
  await dialog.getByText('Up to $0.70 more').waitFor();
  await dialog.getByText('of this month’s budget left').waitFor();
  expect(sent).toEqual(['/v1/photos/inspect']);
  expect(await accessibilityOf(page)).toEqual([]);
});

it('a budget that does not allow a run says so beside its price, before anything is uploaded', async () => {
  const setCap = (monthlyCapUsd: number | null) =>
    fetch(`${world.stack.urls.api}/v1/budget`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ monthlyCapUsd }),
    });
  await setCap(1);
  const { page, sent } = await openModal('Poor');
  await drop(page, [{ name: 'one.jpg', type: 'image/jpeg', bytes: good[0] ?? Buffer.of() }]);
  await dialogOf(page).getByText('$2.35 estimated').waitFor();
  await dialogOf(page).getByText('PUT /v1/budget').waitFor();
  await page.getByRole('checkbox').check();
  expect(await prepareButton(page).getAttribute('aria-disabled')).toBe('true');
  expect(sent).toEqual(['/v1/photos/inspect']);
  await setCap(null);
});
