// Enters a stage that no step writes into the row by itself, and writes it there: lists, metrics and alerts read rows.

import type { Stage } from '../domain/stage.ts';
import type { Run } from './run.ts';
import { records } from './steps.ts';

export async function enterInRow(run: Run, stage: Stage, patch: Parameters<Run['change']>[0] = {}): Promise<void> {
  run.enter(stage, patch);
  await records.saveStage.executeWithOptions({ summary: `Show the stage ${stage}` }, [{ ...run.ref, stage }]);
}
