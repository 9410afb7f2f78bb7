// The report of a batch, from all its stills.

import { type BatchReport, reportOf } from '../../domain/stills/report.ts';
import type { Ports } from '../ports/index.ts';
import type { BatchRow, StillPicture, StillRow } from '../ports/stills.ts';

/** Rows in one query. */
const PAGE = 100;

/** The report, and the stills that it is about, in their order. */
export async function reportBatch(
  { stills }: Pick<Ports, 'stills'>,
  { tenantId, id }: BatchRow,
): Promise<{ report: BatchReport; stills: StillRow[] }> {
  const rows: StillRow[] = [];
  for (;;) {
    const page = await stills.list(tenantId, id, rows.at(-1)?.number ?? 0, PAGE);
    rows.push(...page);
    if (page.length < PAGE) break;
  }
  const report = reportOf(
    rows.map((row) => ({
      stillId: row.id,
      number: row.number,
      frame: row.frame,
      frameId: row.frameId,
      variant: row.variant,
      state: row.state,
      cast: row.manifest.cast.map(({ characterId, name }) => ({ characterId, name })),
      check: bestPicture(row)?.check,
    })),
  );
  return { report, stills: rows };
}

/** The picture that is kept; undefined while there is none. */
export function bestPicture({ pictures, best }: StillRow): StillPicture | undefined {
  return pictures.find(({ number }) => number === best);
}
