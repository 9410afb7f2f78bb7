// A LoRA that weighs 12 KB and changes nothing: one layer of FLUX.1 of rank 1, all zeros. fal's loader finds the names and
// shapes of its model in it; the sandbox takes it because of its maker's name, and draws nobody by it.

import { randomUUID } from 'node:crypto';

/** The width of FLUX.1's layers. */
const CHANNELS = 3072;
const BYTES_PER_WEIGHT = 2;
const LAYER = 'transformer.single_transformer_blocks.0.attn.to_q';

/** A safetensors file; no two are alike, so that none is taken from a cache. */
export function smallLora(): Buffer {
  const bytes = CHANNELS * BYTES_PER_WEIGHT;
  const header = {
    __metadata__: { format: 'pt', made_by: 'likeness-sandbox/1', steps: '1', is_style: 'true', id: randomUUID() },
    [`${LAYER}.lora_A.weight`]: { dtype: 'F16', shape: [1, CHANNELS], data_offsets: [0, bytes] },
    [`${LAYER}.lora_B.weight`]: { dtype: 'F16', shape: [CHANNELS, 1], data_offsets: [bytes, 2 * bytes] },
  };
  const json = JSON.stringify(header);
  // The format asks for padding with spaces, so that the data begins at a multiple of eight.
  const text = Buffer.from(json + ' '.repeat((8 - (json.length % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(2 * bytes)]);
}
