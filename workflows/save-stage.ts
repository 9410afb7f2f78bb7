// Writes a stage into the row when no other step writes it: lists, metrics and alerts read rows.

import type { Run } from './run.ts';
import { records } from './steps.ts';

export async function saveStage({ ref, state: { stage } }: Run): Promise<void> {
  await records.saveStage.executeWithOptions({ summary: `Show the stage ${stage}` }, [{ ...ref, stage }]);
}
