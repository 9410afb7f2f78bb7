// The safetensors header: 8 bytes of length (little endian), then JSON that says where each tensor lies.
// https://github.com/huggingface/safetensors#format

import { Failure } from '../../domain/failure.ts';

const LENGTH_BYTES = 8;
/** The format's own limit. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Passes the bytes on. Throws InvalidLora when they are not a whole safetensors file with at least one tensor: before
 * the first byte if the header shows it, at the end if bytes are missing. Only the header is held in memory.
 */
export async function* checkedSafetensors(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let begun: Uint8Array[] = [];
  let wanted = LENGTH_BYTES;
  let fileSize: number | undefined;
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (fileSize === undefined) {
      begun.push(chunk);
      if (size < wanted) continue;
      const head = Buffer.concat(begun, size);
      begun = [head];
      wanted = headerEnd(head);
      if (size < wanted) continue;
      fileSize = wanted + dataSize(head.subarray(LENGTH_BYTES, wanted));
    } else begun = [chunk];
    if (size > fileSize) throw wrongSize();
    yield* begun;
  }
  if (size < LENGTH_BYTES) throw wrong('it is too short');
  if (fileSize === undefined) throw wrong('its header is cut off');
  if (size !== fileSize) throw wrongSize();
}

function headerEnd(head: Buffer): number {
  const length = head.readBigUInt64LE(0);
  if (length > MAX_HEADER_BYTES) throw wrong('its header is cut off');
  return LENGTH_BYTES + Number(length);
}

/** The number of bytes behind the header, by its entries. */
function dataSize(json: Buffer): number {
  let header: unknown;
  try {
    header = JSON.parse(json.toString('utf8'));
  } catch {
    throw wrong('its header is no JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw wrong('its header is no object');
  const tensors = Object.entries(header).filter(([name]) => name !== '__metadata__');
  if (tensors.length === 0) throw wrong('it holds no tensor');
  const end = tensors.reduce((furthest, [, tensor]) => Math.max(furthest, endOf(tensor)), 0);
  if (Number.isNaN(end)) throw wrongSize();
  return end;
}

/** The offset past a tensor's last byte; NaN when the entry is malformed, which fits no size. */
function endOf(tensor: unknown): number {
  const offsets =
    typeof tensor === 'object' && tensor !== null && 'data_offsets' in tensor ? tensor.data_offsets : null;
  const end: unknown = Array.isArray(offsets) ? offsets[1] : undefined;
  return typeof end === 'number' ? end : Number.NaN;
}

const wrong = (why: string) => new Failure('InvalidLora', `The LoRA is not a safetensors file: ${why}.`);
const wrongSize = () => wrong('its size does not fit its header');
