// The optimal assignment of rows to columns: the Hungarian algorithm with potentials (Kuhn 1955, Munkres 1957), O(n³).

/**
 * For each row its column, so that no column is taken twice and the sum of the costs is as small as possible. A row
 * without a column costs `limit`, so no row gets a column that costs more. All rows have the same number of costs.
 */
export function assign(costs: readonly (readonly number[])[], limit: number): (number | undefined)[] {
  const rows = costs.length;
  const columns = costs[0]?.length ?? 0;
  // One more column a row, at the limit: to be left without one. More than the limit is as bad as anything above it.
  const cost = (row: number, column: number): number =>
    column < columns ? Math.min(costs[row - 1]?.[column] ?? Number.POSITIVE_INFINITY, limit + 1) : limit;
  const width = columns + rows;
  // Rows and columns count from 1 here; 0 is the root of each search.
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(width + 1);
  const rowOf = new Int32Array(width + 1);
  const at = (values: Float64Array | Int32Array, i: number): number => values[i] ?? 0;
  for (let row = 1; row <= rows; row++) {
    rowOf[0] = row;
    const slack = new Float64Array(width + 1).fill(Number.POSITIVE_INFINITY);
    const before = new Int32Array(width + 1);
    const isDone = new Uint8Array(width + 1);
    let column = 0;
    while (at(rowOf, column) !== 0) {
      isDone[column] = 1;
      const current = at(rowOf, column);
      let step = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= width; j++) {
        if (isDone[j]) continue;
        const reduced = cost(current, j - 1) - at(rowPotential, current) - at(columnPotential, j);
        if (reduced < at(slack, j)) {
          slack[j] = reduced;
          before[j] = column;
        }
        if (at(slack, j) < step) {
          step = at(slack, j);
          next = j;
        }
      }
      for (let j = 0; j <= width; j++) {
        if (isDone[j]) {
          rowPotential[at(rowOf, j)] = at(rowPotential, at(rowOf, j)) + step;
          columnPotential[j] = at(columnPotential, j) - step;
        } else slack[j] = at(slack, j) - step;
      }
      column = next;
    }
    while (column !== 0) {
      const previous = at(before, column);
      rowOf[column] = at(rowOf, previous);
      column = previous;
    }
  }
  const columnOf = new Array<number | undefined>(rows).fill(undefined);
  for (let j = 1; j <= columns; j++) if (at(rowOf, j) > 0) columnOf[at(rowOf, j) - 1] = j - 1;
  return columnOf;
}
