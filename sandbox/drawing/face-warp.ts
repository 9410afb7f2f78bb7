// Moves the features of a face. All warps are inverse: they answer from where in the photo a place of the picture
// takes its colour. Places are face coordinates: eye distances from the middle between the eyes, v downwards.
import type { Prng } from './prng.ts';
import { smooth } from './smooth.ts';

export type Warp = (u: number, v: number) => [number, number];

/** What is shown near (u, v) comes from (du, dv) beside it. */
export interface Push {
  u: number;
  v: number;
  du: number;
  dv: number;
  reach: number;
}

/** Below this LoRA scale nothing of the person is left; from the upper one on it is wholly there. */
const NO_LIKENESS_SCALE = 0.45;
const FULL_LIKENESS_SCALE = 0.78;
/** Enough that no picture is a copy of a photo to a face network, little enough that it is the same person. */
export const ALWAYS_OTHER = 0.12;

/** How far the face is moved to be somebody else's, 0 to 1, at a LoRA scale. */
export function strangeness(scale: number): number {
  return ALWAYS_OTHER + (1 - ALWAYS_OTHER) * (1 - smooth(NO_LIKENESS_SCALE, FULL_LIKENESS_SCALE, scale));
}

/**
 * Another person's proportions, by chance: the strangeness says how far they are taken on. A wider face with a broad
 * nose is what moves a face network farthest; longer, narrower ones it still takes for the same person.
 */
export function proportionsWarp(amount: number, prng: Prng): Warp {
  const sign = () => (prng.next() < 0.5 ? -1 : 1);
  const wide = prng.between(0.8, 0.95) * amount;
  const eyes = -0.17 * wide;
  const eyeHeight = sign() * 0.12 * amount;
  const nose = 0.15 * amount;
  const mouth = sign() * 0.15 * amount;
  const jaw = 0.27 * wide;
  const pushes: Push[] = [
    { u: -0.5, v: -0.05, du: -eyes, dv: eyeHeight, reach: 0.34 },
    { u: 0.5, v: -0.05, du: eyes, dv: eyeHeight, reach: 0.34 },
    { u: -0.2, v: 0.65, du: nose, dv: mouth * 0.6, reach: 0.26 },
    { u: 0.2, v: 0.65, du: -nose, dv: mouth * 0.6, reach: 0.26 },
    { u: 0, v: 1.1, du: 0, dv: mouth, reach: 0.42 },
    { u: -0.85, v: 1.05, du: jaw, dv: 0, reach: 0.5 },
    { u: 0.85, v: 1.05, du: -jaw, dv: 0, reach: 0.5 },
  ];
  const stretchU = 1 - 0.19 * wide;
  const stretchV = 1 + 0.16 * wide;
  const local = pushWarp(pushes);
  return (u, v) => {
    const [pu, pv] = local(u, v);
    return [pu * stretchU, pv * stretchV];
  };
}

/** Lifts and widens the corners of the mouth, and the cheeks with them. */
export function smileWarp(amount: number): Warp {
  return pushWarp([
    { u: -0.42, v: 1.02, du: 0.07 * amount, dv: 0.11 * amount, reach: 0.2 },
    { u: 0.42, v: 1.02, du: -0.07 * amount, dv: 0.11 * amount, reach: 0.2 },
    { u: -0.55, v: 0.55, du: 0, dv: 0.05 * amount, reach: 0.25 },
    { u: 0.55, v: 0.55, du: 0, dv: 0.05 * amount, reach: 0.25 },
  ]);
}

/** Turns the head a little: what stands out of the face moves against what lies behind. Positive turns it right. */
export function turnWarp(amount: number): Warp {
  return (u, v) => {
    const front = Math.exp(-((u / 0.75) ** 2) - ((v - 0.4) / 1.15) ** 2);
    return [u - amount * front, v];
  };
}

/** One warp after the other. */
export function chain(...warps: Warp[]): Warp {
  return (u, v) => warps.reduceRight<[number, number]>(([pu, pv], warp) => warp(pu, pv), [u, v]);
}

export function pushWarp(pushes: Push[]): Warp {
  return (u, v) => {
    let su = u;
    let sv = v;
    for (const push of pushes) {
      const near = Math.exp(-((u - push.u) ** 2 + (v - push.v) ** 2) / (2 * push.reach ** 2));
      su += push.du * near;
      sv += push.dv * near;
    }
    return [su, sv];
  };
}
