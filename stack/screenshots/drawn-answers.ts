// Between the console and the API: replaces pictures with drawn people, and judges drawn photos that are picked in the
// page as the demo's real ones.

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { LikenessClient } from '../../client/index.ts';
import type { TestType } from '../../domain/test-suite.ts';
import { demoPhotos } from '../demo-photos.ts';
import { drawnPerson } from './drawn-people.ts';

/** How each of the reference photos shows its person. */
const POSES: readonly TestType[] = ['portrait', 'expression', 'profile', 'portrait', 'expression'];

/** The drawing for a picture. */
export interface Drawn {
  who: string;
  type: TestType;
  take: number;
}

/** A drawn photo for the page's file picker: `mara-1.jpg` and so on. */
export async function drawnFiles(who: string): Promise<{ name: string; mimeType: string; buffer: Buffer }[]> {
  return Promise.all(
    POSES.map(async (type, take) => ({
      name: `${who.toLowerCase().replaceAll(' ', '-')}-${take + 1}.jpg`,
      mimeType: 'image/jpeg',
      buffer: await drawnPerson(who, type, take),
    })),
  );
}

export async function showDrawnPeople(
  page: Page,
  cast: { likeness: LikenessClient; pictures: ReadonlyMap<string, Drawn> },
): Promise<void> {
  await page.route(/\/v1\/(photos|images|identities\/[^/]+\/references)\/[^/]+\/content$/, async (route) => {
    const id = /([^/]+)\/content$/.exec(route.request().url())?.[1] ?? '';
    const drawn = cast.pictures.get(id);
    // Unknown pictures are not shown, so that no real person is shown by mistake.
    if (!drawn) return route.abort();
    const body = await drawnPerson(drawn.who, drawn.type, drawn.take);
    return route.fulfill({ contentType: 'image/jpeg', body });
  });
  await page.route('**/v1/photos/inspect', async (route) => {
    const names = [...(route.request().postDataBuffer()?.toString('latin1') ?? '').matchAll(/filename="([^"]+)"/g)];
    const real = demoPhotos(undefined);
    const files = names.map(([, name = ''], index) => {
      const place = Number(/(\d+)\.jpg$/.exec(name)?.[1] ?? index + 1) - 1;
      return new File([readFileSync(real[place % real.length] ?? '')], name);
    });
    return route.fulfill({ json: await cast.likeness.photos.inspect(files) });
  });
}

/** The person for each picture of these identities, by the picture's id. */
export async function drawnPictures(
  likeness: LikenessClient,
  names: ReadonlyMap<string, string>,
): Promise<Map<string, Drawn>> {
  const pictures = new Map<string, Drawn>();
  for (const [identityId, who] of names) {
    const { characterId, images, tries, round } = await likeness.identities.get(identityId);
    for (const { strength, images: tried } of tries) {
      for (const { type, imageId } of tried) pictures.set(imageId, { who, type, take: strength });
    }
    for (const { type, imageId } of images) {
      if (!pictures.has(imageId)) pictures.set(imageId, { who, type, take: round });
    }
    const tests = await likeness.identities.tests(identityId);
    for (const test of tests.items) {
      for (const { type, imageId } of test.images) pictures.set(imageId, { who, type, take: round + test.number });
    }
    const { items } = await likeness.photos.list(characterId);
    for (const [take, { photoId }] of items.entries()) {
      pictures.set(photoId, { who, type: POSES[take] ?? 'portrait', take });
    }
  }
  return pictures;
}
