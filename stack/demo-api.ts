// The API for the demo: plain HTTP with a key, as in any app.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { z } from '@hono/zod-openapi';
import type { CostEstimate, Identity } from '../api/schemas/identity.ts';
import type { PreflightReport } from '../api/schemas/photo.ts';

export type DemoIdentity = Identity;

export interface DemoApi {
  createCharacter(name: string): Promise<{ id: string }>;
  upload(characterId: string, files: readonly string[]): Promise<z.infer<typeof PreflightReport>>;
  estimate(characterId: string): Promise<CostEstimate>;
  prepare(characterId: string, idempotencyKey: string): Promise<DemoIdentity>;
  identity(identityId: string): Promise<DemoIdentity>;
  approve(identityId: string, round: number): Promise<void>;
  content(path: string): Promise<Buffer>;
}

export function demoApi(baseUrl: string, key: string): DemoApi {
  const call = async (method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}) => {
    const answer = await fetch(new URL(path, baseUrl), {
      method,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    if (!answer.ok) throw new Error(await problemText(answer));
    return answer;
  };
  const json = { 'content-type': 'application/json' };
  return {
    createCharacter: async (name) => (await call('POST', '/v1/characters', JSON.stringify({ name }), json)).json(),
    async upload(characterId, files) {
      const form = new FormData();
      for (const file of files) form.append('photos', new Blob([readFileSync(file)]), basename(file));
      return (await call('POST', `/v1/characters/${characterId}/photos`, form)).json();
    },
    estimate: async (id) => (await call('POST', `/v1/characters/${id}/identities?dryRun=true`, '{}', json)).json(),
    prepare: async (id, idempotencyKey) =>
      (
        await call('POST', `/v1/characters/${id}/identities`, '{}', { ...json, 'idempotency-key': idempotencyKey })
      ).json(),
    identity: async (id) => (await call('GET', `/v1/identities/${id}`)).json(),
    async approve(id, round) {
      await call('POST', `/v1/identities/${id}/approve`, JSON.stringify({ round }), json);
    },
    content: async (path) => Buffer.from(await (await call('GET', path)).arrayBuffer()),
  };
}

async function problemText(answer: Response): Promise<string> {
  const problem: unknown = await answer.json().catch(() => undefined);
  const detail = typeof problem === 'object' && problem && 'detail' in problem ? problem.detail : answer.statusText;
  return `${answer.status}: ${detail}`;
}
