// A small LoRA file, and the parts to break it with.

export interface LoraFileParts {
  /** The header, or its text as it stands in the file. */
  header?: unknown;
  headerText?: string;
  /** What the first eight bytes say, where that is not the header's length. */
  headerLength?: bigint;
  data?: Buffer;
}

export const TENSORS = {
  __metadata__: { format: 'pt' },
  'lora_A.weight': { dtype: 'F16', shape: [4, 2], data_offsets: [0, 16] },
  'lora_B.weight': { dtype: 'F16', shape: [2, 4], data_offsets: [16, 32] },
};

/** https://github.com/huggingface/safetensors#format */
export function loraFile({
  header = TENSORS,
  headerText,
  headerLength,
  data = Buffer.alloc(32, 7),
}: LoraFileParts = {}) {
  const text = Buffer.from(headerText ?? JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(headerLength ?? BigInt(text.length));
  return Buffer.concat([length, text, data]);
}
