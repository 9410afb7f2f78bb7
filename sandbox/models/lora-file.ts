// The sandbox's LoRA: a real safetensors file (8 bytes of header length, a JSON header, data) in which a few small
// float tensors stand for the weights and byte tensors hold the photos that the drawing works from.
import { createHash } from 'node:crypto';

export interface Lora {
  /** The word that calls the person; without one every prompt does. */
  trigger?: string;
  steps: number;
  isStyle: boolean;
  /** Training photos as JPEG. */
  photos: Buffer[];
}

const MAKER = 'likeness-sandbox/1';
const BASE_MODEL = 'black-forest-labs/FLUX.1-dev';
const BLOCKS = 4;
const RANK = 4;
const CHANNELS = 64;
const PHOTO = /^sandbox\.photo\.(\d+)$/;
/** Larger headers than this are refused by the reference reader too. */
const MAX_HEADER_BYTES = 100_000_000;

interface TensorEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Writes a LoRA; the same LoRA gives the same bytes. */
export function writeLora(lora: Lora): Buffer {
  const seed = createHash('sha256');
  for (const photo of lora.photos) seed.update(photo);
  const digest = seed.update(String(lora.steps)).digest('hex');

  const tensors: { name: string; dtype: string; shape: number[]; data: Buffer }[] = [];
  for (let block = 0; block < BLOCKS; block++) {
    const name = `transformer.single_transformer_blocks.${block}.attn.to_q`;
    tensors.push({
      name: `${name}.lora_A.weight`,
      dtype: 'F32',
      shape: [RANK, CHANNELS],
      data: weights(`${digest}/A${block}`),
    });
    tensors.push({
      name: `${name}.lora_B.weight`,
      dtype: 'F32',
      shape: [CHANNELS, RANK],
      data: weights(`${digest}/B${block}`),
    });
  }
  lora.photos.forEach((data, i) => {
    tensors.push({ name: `sandbox.photo.${i}`, dtype: 'U8', shape: [data.length], data });
  });

  const header: Record<string, unknown> = {
    __metadata__: {
      format: 'pt',
      made_by: MAKER,
      base_model: BASE_MODEL,
      steps: String(lora.steps),
      is_style: String(lora.isStyle),
      ...(lora.trigger !== undefined && { trigger_word: lora.trigger }),
    },
  };
  let offset = 0;
  for (const { name, dtype, shape, data } of tensors) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.length] } satisfies TensorEntry;
    offset += data.length;
  }
  // The format asks for padding with spaces, so that the data begins at a multiple of eight.
  const json = JSON.stringify(header);
  const text = Buffer.from(json + ' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8), 'utf8');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...tensors.map((tensor) => tensor.data)]);
}

/** Reads a LoRA that this sandbox wrote. Throws an Error that says what is wrong with any other file. */
export function readLora(bytes: Buffer): Lora {
  if (bytes.length < 8) throw new Error('not a safetensors file');
  const length = Number(bytes.readBigUInt64LE(0));
  if (length > MAX_HEADER_BYTES || 8 + length > bytes.length) throw new Error('not a safetensors file');
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  } catch {
    throw new Error('the safetensors header cannot be read');
  }
  const metadata = header.__metadata__ as Record<string, string> | undefined;
  if (metadata?.made_by !== MAKER) throw new Error('this LoRA was not trained in the sandbox');
  const photos = Object.keys(header)
    .filter((name) => PHOTO.test(name))
    .map((name) => {
      const [from, to] = (header[name] as TensorEntry).data_offsets;
      if (8 + length + to > bytes.length) throw new Error('the safetensors file is cut short');
      return bytes.subarray(8 + length + from, 8 + length + to);
    });
  return {
    ...(metadata.trigger_word !== undefined && { trigger: metadata.trigger_word }),
    steps: Number(metadata.steps),
    isStyle: metadata.is_style === 'true',
    photos,
  };
}

/** Small numbers around zero, from a hash chain. */
function weights(seed: string): Buffer {
  const data = Buffer.alloc(RANK * CHANNELS * 4);
  let block = createHash('sha256').update(seed).digest();
  for (let i = 0; i < RANK * CHANNELS; i++) {
    if (i % 8 === 0) block = createHash('sha256').update(block).digest();
    data.writeFloatLE((block.readUInt32LE((i % 8) * 4) / 2 ** 32 - 0.5) * 0.04, i * 4);
  }
  return data;
}
