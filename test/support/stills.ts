// Plans and checks of stills, for tests.

import type { PlannedMember, StillPlan } from '../../domain/stills/steps.ts';
import type { CheckedFace, FaceState, Finding, FrameCheck, RouteId } from '../../domain/stills/still.ts';

export const SIZE = { width: 1024, height: 1024 };

/** The box of the nth face from the left, of up to ten. */
export const box = (nth: number) => ({ x: 20 + nth * 200, y: 300, width: 100, height: 100 });

export const face = (nth: number, state: FaceState, member?: number, score?: number): CheckedFace => ({
  box: box(nth),
  state,
  ...(member === undefined ? {} : { member }),
  ...(score === undefined ? {} : { score }),
});

export const checkOf = (faces: CheckedFace[], findings: Finding[] = []): FrameCheck => ({
  calibration: 'test',
  size: SIZE,
  faces,
  findings,
});

/** A still of so many people. `places`: of each from the left, counted from 0. */
export function planOf({
  people,
  places,
  ...rest
}: { people: number; places?: number[] } & Partial<Omit<StillPlan, 'cast'>>): StillPlan {
  const cast: PlannedMember[] = Array.from({ length: people }, (_, member) => {
    const order = places?.[member];
    return { hasFace: true, ...(order === undefined ? {} : { place: { kind: 'order', order } }) };
  });
  const route: RouteId = people > 1 ? 'lora+inpaint' : 'lora';
  return {
    tenantId: 'tenant-1',
    batchId: '20000000-0000-4000-8000-000000000001',
    stillId: '30000000-0000-4000-8000-000000000001',
    number: 1,
    cast,
    route,
    seed: 42,
    size: SIZE,
    maxRepairs: 2,
    priority: 2,
    ...rest,
  };
}
