// The cover network as it is kept in a file: each matrix as whole numbers of 16 bits, in base64.

import type { CoverNetwork, StoredNetwork } from '../../adapters/vision/cover.ts';

const LARGEST = 32_767;

export function storedNetwork(network: CoverNetwork): StoredNetwork {
  const write = (matrix: Float32Array) => {
    const scale = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9) / LARGEST;
    const bytes = Buffer.alloc(matrix.length * 2);
    for (const [i, value] of matrix.entries()) bytes.writeInt16LE(Math.round(value / scale), i * 2);
    return { scale, values: bytes.toString('base64') };
  };
  return {
    mean: write(network.mean),
    spread: write(network.spread),
    hidden: write(network.hidden),
    hiddenBias: write(network.hiddenBias),
    output: write(network.output),
    outputBias: write(network.outputBias),
  };
}
