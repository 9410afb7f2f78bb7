// The API as the measurements call it: plain HTTP over connections that stay open, and a character to work on.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Client } from '@temporalio/client';
import { demoPhotos } from '../../stack/demo-photos.ts';
import { demoKey } from '../../stack/first-key.ts';
import type { Ports } from '../../stack/options.ts';
import type { Stack } from '../../stack/stack.ts';

const PHOTOS = 3;

export interface ApiBench {
  stack: Stack;
  ports: Ports;
  temporal: Client;
  caller: Caller;
  say(line: string): void;
}

export interface Caller {
  key: string;
  tenantId: string;
  characterId: string;
  photoIds: string[];
  /** The answer's body. Throws unless it is a success. */
  ask<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
}

/** A key of its own, and a character with three photos. */
export async function newCaller({ urls, database }: Stack): Promise<Caller> {
  const key = await demoKey(database);
  async function ask<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const form = body instanceof FormData;
    const answer = await fetch(`${urls.api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(form || body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
  const { id: characterId } = await ask<{ id: string }>('POST', '/v1/characters', { name: 'Bench' });
  const form = new FormData();
  for (const file of demoPhotos(undefined).slice(0, PHOTOS)) {
    form.append('photos', new Blob([readFileSync(file)]), basename(file));
  }
  await ask('POST', `/v1/characters/${characterId}/photos`, form);
  const { data: photos, error } = await database.from('photos').select('id, tenant_id').eq('character_id', characterId);
  if (error) throw new Error(`The photos could not be read: ${error.message}`);
  const tenantId = photos[0]?.tenant_id ?? '';
  return { key, tenantId, characterId, photoIds: photos.map(({ id }) => id), ask };
}
