// The safetensors header: 8 bytes of length (little endian), then JSON that says where each tensor lies.
// https://github.com/huggingface/safetensors#format

import { Failure } from '../domain/failure.ts';

const LENGTH_BYTES = 8;
/** The format's own limit. */
const MAX_HEADER_BYTES = 100_000_000;

/** Throws InvalidLora unless the file is a whole safetensors file with at least one tensor. */
export function checkSafetensors(bytes: Buffer): void {
  const wrong = (why: string) => new Failure('InvalidLora', `The LoRA is not a safetensors file: ${why}.`);
  if (bytes.length < LENGTH_BYTES) throw wrong('it is too short');
  const headerLength = bytes.readBigUInt64LE(0);
  if (headerLength > MAX_HEADER_BYTES || headerLength > bytes.length - LENGTH_BYTES)
    throw wrong('its header is cut off');
  const data = LENGTH_BYTES + Number(headerLength);
  let header: unknown;
  try {
    header = JSON.parse(bytes.subarray(LENGTH_BYTES, data).toString('utf8'));
  } catch {
    throw wrong('its header is no JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw wrong('its header is no object');
  const tensors = Object.entries(header).filter(([name]) => name !== '__metadata__');
  if (tensors.length === 0) throw wrong('it holds no tensor');
  const end = tensors.reduce((furthest, [, tensor]) => Math.max(furthest, endOf(tensor)), 0);
  if (end !== bytes.length - data) throw wrong('its size does not fit its header');
}

/** The offset past a tensor's last byte; NaN when the entry is malformed, which fits no size. */
function endOf(tensor: unknown): number {
  const offsets =
    typeof tensor === 'object' && tensor !== null && 'data_offsets' in tensor ? tensor.data_offsets : null;
  const end: unknown = Array.isArray(offsets) ? offsets[1] : undefined;
  return typeof end === 'number' ? end : Number.NaN;
}
