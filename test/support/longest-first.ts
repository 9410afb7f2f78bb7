// The order of the files: the long ones first, so that none of them is left over at the end with a core idle beside it.
// Vitest would go by what it has measured before, which a fresh clone has not, and then by the size of the files.

import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files of half a minute and more on two cores, longest first. The order is all that they are here for. */
const LONG = [
  'chaos/chaos',
  'integration/stack',
  'browser/review',
  'integration/sweep',
  'browser/console-cast',
  'browser/retest',
  'browser/operations',
  'browser/chosen-photos',
  'browser/operator-view',
  'integration/embedded-supabase-process',
  'integration/fuzz-photos',
  'browser/console-elsewhere',
  'workflow/too-late',
  'integration/worker-process',
  'integration/check-fal',
  'integration/client',
  'vision/photo-recipes',
  'vision/likeness',
  'vision/threads',
  'vision/small-and-turned',
  'vision/covered-faces',
  'vision/memory',
];

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONG.findIndex((file) => moduleId.endsWith(`/test/${file}.test.ts`));
  return rank < 0 ? LONG.length : rank;
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
