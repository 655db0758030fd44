/** A table as a file for spreadsheets. Pure. */

export type Cell = string | number | null;

export function csvOf(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [head, ...rows].map((row) => row.map(quoted).join(',')).join('\r\n') + '\r\n';
}

function quoted(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  return `"${escaped(cell ?? '').replaceAll('"', '""')}"`;
}

/**
 * A text that no spreadsheet runs as a formula. The server's files have the same rule, in core/cells.py: the tests of both
 * read tests/core/formula_cells.json.
 */
function escaped(text: string): string {
  return /^'*[=+\-@\t\r\n\0＝＋－＠]/.test(text) ? `'${text}` : text;
}
