// Rows of a CSV file as programs write it (RFC 4180): cells in quotes may have the delimiter, line breaks and doubled
// quotes in them.

export interface CsvRow {
  /** Of its first character, counted from 1. */
  line: number;
  cells: string[];
}

/** Empty lines are left out. */
export function csvRows(text: string, delimiter: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let row: CsvRow = { line: 1, cells: [] };
  let cell = '';
  let line = 1;
  let isQuoted = false;
  const endCell = () => {
    row.cells.push(cell.trim());
    cell = '';
  };
  const endRow = () => {
    endCell();
    if (row.cells.some((one) => one !== '')) rows.push(row);
    row = { line: line + 1, cells: [] };
  };
  const all = text.replace(/\r\n?/g, '\n');
  for (let at = 0; at < all.length; at++) {
    const character = all.charAt(at);
    if (character === '"' && isQuoted && all.charAt(at + 1) === '"') {
      cell += '"';
      at++;
    } else if (character === '"' && (isQuoted || cell.trim() === '')) {
      isQuoted = !isQuoted;
    } else if (character === delimiter && !isQuoted) {
      endCell();
    } else if (character === '\n' && !isQuoted) {
      endRow();
      line++;
    } else {
      if (character === '\n') line++;
      cell += character;
    }
  }
  endRow();
  return rows;
}
