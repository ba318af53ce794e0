import { formatDuration } from '../core/duration.js';
import { HistoryFileError } from '../core/errors.js';
import { LARGEST_LOAD, Series } from '../core/series.js';
import { excerpt } from './excerpt.js';
import { TIMESTAMP_SYNTAX, parseTimestamp } from './timestamp.js';

const HEADER = 'timestamp,value';
const BYTE_ORDER_MARK = '\uFEFF';
const VALUE_SYNTAX = `a number from ${-LARGEST_LOAD} to ${LARGEST_LOAD}, or nothing or NaN for a gap`;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

export interface CsvLimits {
  /** Most samples. Default 5 million: almost ten years of minutes. */
  readonly maxRows?: number;
  /** Most grid points from the first to the last sample, gaps included. Default 5 million. */
  readonly maxPoints?: number;
}

/** The samples of a file as they are read, with the line that each stands on. */
interface Rows {
  readonly timesMs: number[];
  readonly values: number[];
  readonly lines: number[];
}

/**
 * Reads a recorded series: a header line `timestamp,value`, then one sample per line.
 *
 * - The timestamp is epoch seconds, fractions allowed, or ISO 8601 with a zone. Times ascend; none occurs twice.
 * - The value is a decimal number that a load can have, see {@link LARGEST_LOAD}. An empty value or `NaN` is a gap.
 * - The step is the most common distance between neighbouring lines, the shorter one of two equally common ones. Every
 *   other distance is a whole multiple of it; what lies between is a gap.
 * - A byte order mark, CRLF, spaces around fields, double quotes around fields and blank lines are tolerated.
 *
 * @param name of the file, for messages
 * @throws {HistoryFileError} anything else, with the line, what it says and what would be accepted
 */
export function parseCsv(
  text: string,
  name: string,
  { maxRows = 5_000_000, maxPoints = 5_000_000 }: CsvLimits = {},
): Series {
  const rows = readRows(text, name, maxRows);
  const { timesMs, values } = rows;
  if (timesMs.length < 2) {
    const line = rows.lines[0] ?? 1;
    throw new HistoryFileError(
      `${name}, line ${line}: at least two samples are needed, the file has ${timesMs.length}`,
    );
  }
  const stepMs = mostCommonDistance(timesMs);
  const step = formatDuration(stepMs);
  const startMs = timesMs[0]!;
  const fail = (row: number, what: string): HistoryFileError => {
    const sinceMs = timesMs[row]! - timesMs[row - 1]!;
    const line = rows.lines[row]!;
    return new HistoryFileError(`${name}, line ${line}: ${formatDuration(sinceMs)} after the line before; ${what}`);
  };
  const indices = timesMs.map((timeMs, row) => {
    const index = (timeMs - startMs) / stepMs;
    if (!Number.isInteger(index)) throw fail(row, `expected a whole multiple of the step, ${step}`);
    if (index >= maxPoints) throw fail(row, `with it the file spans more than ${maxPoints} steps of ${step}`);
    return index;
  });
  const grid = new Float64Array(indices.at(-1)! + 1).fill(NaN);
  indices.forEach((index, row) => {
    grid[index] = values[row]!;
  });
  return new Series(startMs, stepMs, grid);
}

function mostCommonDistance(timesMs: readonly number[]): number {
  const counts = new Map<number, number>();
  for (let row = 1; row < timesMs.length; row++) {
    const distance = timesMs[row]! - timesMs[row - 1]!;
    counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  const [[distance]] = [...counts].sort(([a, timesA], [b, timesB]) => timesB - timesA || a - b) as [[number, number]];
  return distance;
}

function readRows(text: string, name: string, maxRows: number): Rows {
  const rows: Rows = { timesMs: [], values: [], lines: [] };
  let isHeaderRead = false;
  for (const { line, content } of numberedLines(text)) {
    const fields = content.split(',').map(unwrap);
    if (isHeaderRead) readRow(rows, fields, { name, line, maxRows });
    else if (fields.join(',').toLowerCase() !== HEADER) {
      throw new HistoryFileError(`${name}, line ${line}: the header is ${excerpt(content)}, expected "${HEADER}"`);
    }
    isHeaderRead = true;
  }
  if (!isHeaderRead) throw new HistoryFileError(`${name}, line 1: the file is empty, expected the header "${HEADER}"`);
  return rows;
}

/** The lines that are not blank, numbered from 1 as an editor does. */
function* numberedLines(text: string): Generator<{ line: number; content: string }> {
  let start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  for (let line = 1; start < text.length; line++) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const content = text.slice(start, end).trim();
    if (content !== '') yield { line, content };
    start = end + 1;
  }
}

function readRow(
  { timesMs, values, lines }: Rows,
  fields: readonly string[],
  { name, line, maxRows }: { name: string; line: number; maxRows: number },
): void {
  const fail = (what: string): HistoryFileError => new HistoryFileError(`${name}, line ${line}: ${what}`);
  const [time = '', text = ''] = fields;
  if (fields.length !== 2) throw fail(`${fields.length} fields, expected two: ${HEADER}`);
  if (timesMs.length === maxRows) throw fail(`more than ${maxRows} samples; split the file or use a longer step`);
  const timeMs = parseTimestamp(time);
  if (timeMs === null) throw fail(`timestamp ${excerpt(time)}, expected ${TIMESTAMP_SYNTAX}`);
  const value = parseValue(text);
  if (value === null) throw fail(`value ${excerpt(text)}, expected ${VALUE_SYNTAX}`);
  const previousMs = timesMs.at(-1);
  if (previousMs !== undefined && timeMs <= previousMs) {
    const relation = timeMs === previousMs ? 'is the same as' : 'is earlier than';
    throw fail(`timestamp ${excerpt(time)} ${relation} that of line ${lines.at(-1)!}, expected ascending times`);
  }
  timesMs.push(timeMs);
  values.push(value);
  lines.push(line);
}

/** @returns NaN for a gap, null for what is no value */
function parseValue(text: string): number | null {
  if (text === '' || text.toLowerCase() === 'nan') return NaN;
  const value = NUMBER.test(text) ? Number(text) : NaN;
  return Math.abs(value) <= LARGEST_LOAD ? value : null;
}

function unwrap(field: string): string {
  const trimmed = field.trim();
  return trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"') ? trimmed.slice(1, -1).trim() : trimmed;
}
