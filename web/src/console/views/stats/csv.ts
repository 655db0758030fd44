/** A table as a file for spreadsheets. Pure. */

export type Cell = string | number | null;

export function csvOf(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [head, ...rows].map((row) => row.map(quoted).join(',')).join('\r\n') + '\r\n';
}

function quoted(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  // A spreadsheet runs a cell that begins so as a formula; an apostrophe before it keeps it a text.
  const text = /^'*[=+\-@\t\r\n]/.test(cell ?? '') ? `'${cell}` : (cell ?? '');
  return `"${text.replaceAll('"', '""')}"`;
}
