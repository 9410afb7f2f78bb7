// The API as the measurements call it: plain HTTP over connections that stay open, and a character to work on.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';
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

const connections = new Agent({ keepAlive: true });

interface Exchange {
  method: string;
  headers: Record<string, string>;
  body?: string;
}

/** By node:http: the load comes from the cores that are measured, and `fetch` takes more than twice as much of them. */
async function exchange(url: string, { method, headers, body }: Exchange): Promise<{ status: number; text: string }> {
  const sent = request(url, { agent: connections, method, headers }).end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, text: await text(answer) };
}

/** A key of its own, and a character with three photos. */
export async function newCaller({ urls, database }: Stack): Promise<Caller> {
  const key = await demoKey(database);
  async function ask<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const { status, text: said } = await exchange(`${urls.api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (status < 200 || status >= 300) throw new Error(`${method} ${path}: ${status} ${said}`);
    return JSON.parse(said) as T;
  }
  const { id: characterId } = await ask<{ id: string }>('POST', '/v1/characters', { name: 'Bench' });
  const form = new FormData();
  for (const file of demoPhotos(undefined).slice(0, PHOTOS)) {
    form.append('photos', new Blob([readFileSync(file)]), basename(file));
  }
  const photosUrl = `${urls.api}/v1/characters/${characterId}/photos`;
  const uploaded = await fetch(photosUrl, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: form });
  if (!uploaded.ok) throw new Error(`The photos were refused: ${uploaded.status} ${await uploaded.text()}`);
  const { data: photos, error } = await database.from('photos').select('id, tenant_id').eq('character_id', characterId);
  if (error) throw new Error(`The photos could not be read: ${error.message}`);
  const tenantId = photos[0]?.tenant_id ?? '';
  return { key, tenantId, characterId, photoIds: photos.map(({ id }) => id), ask };
}
