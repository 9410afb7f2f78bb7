// Pixels as texts: what was kept of which bytes, and put into which base by which mask.

import { createHash } from 'node:crypto';
import type { Painting } from '../../core/ports/painting.ts';

const SIZE = { width: 1024, height: 1024 };

export function createFakePainting(): Painting {
  const kept = (text: string) => {
    const bytes = Buffer.from(text);
    return { bytes, size: SIZE, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  return {
    keep: async (drawn) => kept(`kept ${Buffer.from(drawn)}`),
    mask: async ({ width, height }, face, others) =>
      Buffer.from(`mask ${width}x${height} at ${face.x} beside ${others.map(({ x }) => x).join(' and ') || 'nobody'}`),
    composite: async (base, painted, mask) =>
      kept(`(${Buffer.from(base)}) + (${Buffer.from(painted)}) by (${Buffer.from(mask)})`),
    preview: async (picture, longest) => Buffer.from(`${longest} px of ${Buffer.from(picture)}`),
  };
}
