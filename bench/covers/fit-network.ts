// Fits the cover network: cross entropy by Adam (Kingma & Ba, arXiv 1412.6980) with decoupled weight decay (arXiv
// 1711.05101), features dropped at random, labels a little soft.

import { COVER_OUTPUTS, type CoverNetwork, outputsOf, standardised } from '../../adapters/vision/cover.ts';
import { prngOf } from './prng.ts';

export interface Example {
  features: Float32Array;
  /** Place among the network's outputs. */
  output: number;
}

const HIDDEN = 24;
const EPOCHS = 20;
const BATCH = 32;
const RATE = 2e-3;
const DECAY = 1e-2;
const DROPPED = 0.4;
/** Share of certainty that is spread over the wrong outputs, so that the network does not become too sure. */
const SOFT = 0.03;
/** Added to each spread: features that hardly change are mostly noise. */
const MIN_SPREAD = 0.01;

/** The same network for the same examples. */
export function fitNetwork(examples: readonly Example[], say: (line: string) => void): CoverNetwork {
  const prng = prngOf('cover network');
  const width = examples[0]?.features.length ?? 0;
  const random = (count: number, deviation: number) =>
    Float32Array.from({ length: count }, () => prng.normal() * deviation);
  const network: CoverNetwork = {
    ...standardOf(examples, width),
    hidden: random(HIDDEN * width, Math.sqrt(2 / width)),
    hiddenBias: new Float32Array(HIDDEN),
    output: random(COVER_OUTPUTS * HIDDEN, Math.sqrt(2 / HIDDEN)),
    outputBias: new Float32Array(COVER_OUTPUTS),
  };
  const inputs = examples.map(({ features }) => standardised(network, features));
  const layers = (['hidden', 'hiddenBias', 'output', 'outputBias'] as const).map((name) => adamOf(network[name]));
  const gradients = layers.map(({ gradient }) => gradient);
  const order = examples.map((_, i) => i);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, prng.between);
    const rate = (RATE * (1 + Math.cos((Math.PI * epoch) / EPOCHS))) / 2;
    let loss = 0;
    for (let from = 0; from < order.length; from += BATCH) {
      const batch = order.slice(from, from + BATCH);
      for (const i of batch) {
        const input = (inputs[i] ?? new Float32Array()).map((value) =>
          prng.chance(DROPPED) ? 0 : value / (1 - DROPPED),
        );
        loss += backward(network, input, examples[i]?.output ?? 0, gradients);
      }
      for (const layer of layers) layer.step(rate, batch.length);
    }
    if (epoch % 10 === 9) say(`  epoch ${epoch + 1} of ${EPOCHS}: loss ${(loss / order.length).toFixed(4)}`);
  }
  return network;
}

function standardOf(examples: readonly Example[], width: number): Pick<CoverNetwork, 'mean' | 'spread'> {
  const mean = new Float32Array(width);
  const spread = new Float32Array(width);
  for (let i = 0; i < width; i++) {
    let [sum, squares] = [0, 0];
    for (const { features } of examples) {
      const value = features[i] ?? 0;
      sum += value;
      squares += value * value;
    }
    const middle = sum / examples.length;
    mean[i] = middle;
    spread[i] = Math.sqrt(Math.max(0, squares / examples.length - middle ** 2)) + MIN_SPREAD;
  }
  return { mean, spread };
}

/** Adds what one example asks for to the gradients, and returns its loss. */
function backward(
  network: CoverNetwork,
  input: Float32Array,
  wanted: number,
  gradients: readonly Float32Array[],
): number {
  const hidden = new Float32Array(HIDDEN);
  const shares = outputsOf(network, input, hidden);
  const [ofHidden, ofHiddenBias, ofOutput, ofOutputBias] = gradients;
  if (!ofHidden || !ofHiddenBias || !ofOutput || !ofOutputBias) throw new Error('A layer has no gradient.');
  const errors = new Float32Array(HIDDEN);
  for (const [k, share] of shares.entries()) {
    const error = share - (k === wanted ? 1 - SOFT : SOFT / (COVER_OUTPUTS - 1));
    ofOutputBias[k] = (ofOutputBias[k] ?? 0) + error;
    for (let j = 0, at = k * HIDDEN; j < HIDDEN; j++, at++) {
      ofOutput[at] = (ofOutput[at] ?? 0) + error * (hidden[j] ?? 0);
      errors[j] = (errors[j] ?? 0) + error * (network.output[at] ?? 0);
    }
  }
  for (let j = 0; j < HIDDEN; j++) {
    if ((hidden[j] ?? 0) <= 0) continue;
    const error = errors[j] ?? 0;
    ofHiddenBias[j] = (ofHiddenBias[j] ?? 0) + error;
    for (let i = 0, at = j * input.length; i < input.length; i++, at++) {
      ofHidden[at] = (ofHidden[at] ?? 0) + error * (input[i] ?? 0);
    }
  }
  return -Math.log((shares[wanted] ?? 0) + 1e-9);
}

interface Adam {
  gradient: Float32Array;
  /** Moves the weights by the gradient of so many examples, and clears it. */
  step(rate: number, examples: number): void;
}

function adamOf(weights: Float32Array): Adam {
  const [keptMean, keptSquare, tiny] = [0.9, 0.999, 1e-8];
  const gradient = new Float32Array(weights.length);
  const mean = new Float32Array(weights.length);
  const square = new Float32Array(weights.length);
  let steps = 0;
  return {
    gradient,
    step(rate, examples) {
      steps += 1;
      const [unbiasedMean, unbiasedSquare] = [1 - keptMean ** steps, 1 - keptSquare ** steps];
      for (let i = 0; i < weights.length; i++) {
        const slope = (gradient[i] ?? 0) / examples;
        const m = keptMean * (mean[i] ?? 0) + (1 - keptMean) * slope;
        const s = keptSquare * (square[i] ?? 0) + (1 - keptSquare) * slope * slope;
        mean[i] = m;
        square[i] = s;
        const weight = weights[i] ?? 0;
        weights[i] = weight - rate * (m / unbiasedMean / (Math.sqrt(s / unbiasedSquare) + tiny) + DECAY * weight);
      }
      gradient.fill(0);
    },
  };
}

function shuffle(order: number[], between: (low: number, high: number) => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(between(0, i + 1));
    const [one, other] = [order[i] ?? 0, order[j] ?? 0];
    order[i] = other;
    order[j] = one;
  }
}
