import { describe, expect, it } from 'vitest';
import { readLora, writeLora } from '../../../sandbox/models/lora-file.ts';

const lora = { trigger: 'tok', steps: 1000, isStyle: false, photos: [Buffer.from('first'), Buffer.from('second one')] };

describe('the LoRA file', () => {
  it('gives back what was written', () => {
    expect(readLora(writeLora(lora))).toEqual(lora);
  });

  it('is the same for the same training', () => {
    expect(writeLora(lora).equals(writeLora({ ...lora }))).toBe(true);
    expect(writeLora(lora).equals(writeLora({ ...lora, steps: 500 }))).toBe(false);
  });

  it('is safetensors: length, JSON header, tensors that lie end to end and fill the rest', () => {
    const bytes = writeLora(lora);
    const length = Number(bytes.readBigUInt64LE(0));
    const { __metadata__, ...tensors } = JSON.parse(bytes.toString('utf8', 8, 8 + length));
    expect(__metadata__).toMatchObject({ format: 'pt', trigger_word: 'tok', steps: '1000' });
    const entries = Object.values(tensors) as { dtype: string; shape: number[]; data_offsets: [number, number] }[];
    let end = 0;
    for (const { dtype, shape, data_offsets } of entries) {
      const size = shape.reduce((a, b) => a * b, dtype === 'F32' ? 4 : 1);
      expect(data_offsets).toEqual([end, end + size]);
      end += size;
    }
    expect(8 + length + end).toBe(bytes.length);
    expect((8 + length) % 8).toBe(0);
  });

  it.each([
    ['something short', Buffer.from('abc')],
    ['text', Buffer.from('<html>not found, sorry for that</html>')],
    ['a LoRA from elsewhere', foreign()],
    ['a LoRA cut short', writeLora(lora).subarray(0, -4)],
  ])('is not taken from %s', (_, bytes) => {
    expect(() => readLora(bytes)).toThrow();
  });
});

function foreign(): Buffer {
  const header = Buffer.from('{"__metadata__":{"format":"pt"}}');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header]);
}
