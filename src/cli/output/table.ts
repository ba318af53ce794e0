import Table from 'cli-table3';
import { plain, type Colors } from './style.js';

export interface Column {
  readonly title: string;
  /** Numbers go to the right. Default left. */
  readonly align?: 'left' | 'right';
}

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/**
 * A table without borders: a line of titles, a line per row, two spaces between columns, no spaces at the end of a line.
 * Cells may carry colours already. Titles may have several lines.
 *
 * @param rows as many cells each as there are columns
 * @returns lines separated by `\n`, without a final one
 * @throws {RangeError} a row with another number of cells
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  colors: Colors = plain,
): string {
  const ragged = rows.find((row) => row.length !== columns.length);
  if (ragged) throw new RangeError(`a row has ${ragged.length} cells, the table has ${columns.length} columns`);
  const table = new Table({
    head: columns.map(({ title }) => boldLines(title, colors)),
    colAligns: columns.map(({ align = 'left' }) => align),
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Rows of a list that may be as long as a cluster is large: laying a table out takes time with the square of its length. */
const MOST_LISTED = 500;

/** {@link renderTable} of the first rows, and how many more there are. */
export function renderList(columns: readonly Column[], rows: readonly (readonly string[])[], colors: Colors): string {
  const table = renderTable(columns, rows.slice(0, MOST_LISTED), colors);
  const left = rows.length - MOST_LISTED;
  return left > 0 ? `${table}\n... and ${left} more; --json lists all` : table;
}

/** Line by line, so that no colour code holds spaces at the end of a line. */
function boldLines(title: string, colors: Colors): string {
  const lines = title.split('\n');
  return lines.map((line) => (line === '' ? '' : colors.bold(line))).join('\n');
}
