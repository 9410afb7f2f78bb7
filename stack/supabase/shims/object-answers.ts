// Two answers about objects that lack data for storage-js: the facts of `info()`, the path of `copy()`.

import { Hono } from 'hono';
import type { GatewayEnv } from '../gateway-env.ts';

interface LiteInfo {
  id: string;
  name: string;
  version: string;
  bucket_id: string;
  user_metadata: Record<string, unknown> | null;
  created_at: string;
  updated_at: string;
  httpMetadata: { size: number; mimetype: string; cacheControl: string; eTag: string };
}

interface CopyRequest {
  bucketId: string;
  destinationBucket?: string;
  destinationKey: string;
}

export const objectAnswers = new Hono<GatewayEnv>()
  .get('/info/:bucket/:key{.+}', async (c) => {
    const answer = await c.var.lite(c.req.raw);
    if (!answer.ok) return answer;
    const info = (await answer.json()) as LiteInfo;
    return c.json({
      id: info.id,
      name: info.name,
      version: info.version,
      bucket_id: info.bucket_id,
      size: info.httpMetadata.size,
      content_type: info.httpMetadata.mimetype,
      cache_control: info.httpMetadata.cacheControl,
      etag: info.httpMetadata.eTag,
      metadata: info.user_metadata ?? {},
      last_modified: info.updated_at,
      created_at: info.created_at,
    });
  })
  .post('/copy', async (c) => {
    const { bucketId, destinationBucket, destinationKey } = (await c.req.raw.clone().json()) as CopyRequest;
    const answer = await c.var.lite(c.req.raw);
    return answer.ok ? c.json({ Key: `${destinationBucket ?? bucketId}/${destinationKey}` }) : answer;
  });
