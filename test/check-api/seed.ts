// What the check finds in place: characters, photos, and runs in the stages that its requests are about. Without them
// nearly every request would end at "there is nothing here".

import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import sharp from 'sharp';
import { createLikenessClient } from '../../client/index.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { demoPhotos } from '../../stack/demo-photos.ts';

const WAIT_MS = 3 * 60_000;

/** A receiver that is never there: nothing listens on port 1, so each delivery fails and stays in the log. */
const RECEIVER = 'http://127.0.0.1:1/';

/** Ids by what they name; `stuck` runs wait for photos, and of the `spare` photos no run makes use, so that they may be deleted. */
export type Seeds = Record<
  'characters' | 'photos' | 'spare' | 'stuck' | 'identities' | 'images' | 'endpoints' | 'deliveries',
  string[]
>;

/** Leaves one run published, two that wait for a decision, four that wait for photos, and webhooks about them. */
export async function seed(baseUrl: string, apiKey: string): Promise<Seeds> {
  const likeness = createLikenessClient({ baseUrl, apiKey });
  const lasting = await register(baseUrl, apiKey);
  const endpoints = await Promise.all([1, 2, 3].map(() => register(baseUrl, apiKey)));
  const character = await likeness.characters.create({ name: 'Mara' });
  const files = await Promise.all(
    demoPhotos(undefined).map(async (file) => new File([await openAsBlob(file)], basename(file))),
  );
  await likeness.photos.upload(character.id, files);

  const runs = await Promise.all(
    ['1', '2', '3'].map((n) => likeness.identities.start(character.id, { idempotencyKey: n })),
  );
  const waiting = await Promise.all(
    runs.map(({ identityId }) =>
      likeness.identities.waitUntil(identityId, 'awaiting_approval', { timeoutMs: WAIT_MS }),
    ),
  );
  const [first] = waiting;
  if (!first) throw new Error('no run was started');
  await likeness.identities.decide(first.identityId, { round: first.round, verdict: 'approve' });
  await likeness.identities.waitUntil(first.identityId, 'ready', { timeoutMs: WAIT_MS });

  // So many that a few of them by chance are seldom the same one twice.
  const manyColours = Array.from({ length: PHOTO_LIMITS.maxPhotosEver }, (_, n) => `#${345 + 10 * n}`);
  const faceless = await likeness.characters.create({ name: 'Nobody' });
  await likeness.photos.upload(faceless.id, await Promise.all(manyColours.map(blank)));
  const stuck = await Promise.all(
    ['4', '5', '6', '7'].map((idempotencyKey) => likeness.identities.start(faceless.id, { idempotencyKey })),
  );
  for (const { identityId } of stuck) {
    await likeness.identities.waitUntil(identityId, 'needs_photos', { timeoutMs: WAIT_MS });
  }
  const extra = await likeness.characters.create({ name: 'Extra' });
  await likeness.photos.upload(extra.id, await Promise.all(['#222', '#444', '#666', '#888'].map(blank)));

  const idsOf = (items: { photoId: string }[]) => items.map(({ photoId }) => photoId);
  return {
    characters: [character.id, faceless.id, extra.id],
    photos: idsOf((await likeness.photos.list(faceless.id)).items),
    spare: idsOf((await likeness.photos.list(extra.id)).items),
    stuck: stuck.map(({ identityId }) => identityId),
    identities: [...runs, ...stuck].map(({ identityId }) => identityId),
    images: waiting.flatMap(({ images }) => images.map(({ imageId }) => imageId)),
    endpoints,
    // Of one that is not deleted: its log would go with it.
    deliveries: await deliveriesOf(baseUrl, apiKey, lasting),
  };
}

async function register(baseUrl: string, apiKey: string): Promise<string> {
  const answer = await fetch(`${baseUrl}/v1/webhook-endpoints`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: RECEIVER }),
  });
  return ((await answer.json()) as { endpointId: string }).endpointId;
}

async function deliveriesOf(baseUrl: string, apiKey: string, endpointId: string): Promise<string[]> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const answer = await fetch(`${baseUrl}/v1/webhook-endpoints/${endpointId}/deliveries`, { headers });
  const { items } = (await answer.json()) as { items: { deliveryId: string }[] };
  return items.map(({ deliveryId }) => deliveryId);
}

async function blank(background: string): Promise<File> {
  const size = { width: 640, height: 640, channels: 3 } as const;
  const bytes = await sharp({ create: { ...size, background } })
    .jpeg()
    .toBuffer();
  return new File([new Uint8Array(bytes)], `${background.slice(1)}.jpg`);
}
