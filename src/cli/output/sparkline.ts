const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const GAP = '·';

/**
 * A series as one line of block characters, scaled from `min` to its largest value. Gaps show as `·`.
 *
 * @param values NaN marks a gap
 * @param width at most this many characters; more values than that are grouped, each group shown by its largest, because
 *   peaks are what capacity is bought for
 * @param min value of the lowest block; default 0, or the smallest value if that is negative
 */
export function sparkline(values: ArrayLike<number>, width = values.length, min?: number): string {
  const groups = groupMaxima(values, Math.min(width, values.length));
  const known = groups.filter((value) => !Number.isNaN(value));
  const low = min ?? Math.min(0, ...known);
  const span = Math.max(...known) - low;
  return groups.map((value) => blockFor(value, low, span)).join('');
}

function blockFor(value: number, low: number, span: number): string {
  if (Number.isNaN(value)) return GAP;
  const height = span > 0 ? (value - low) / span : 0;
  return BLOCKS[Math.min(BLOCKS.length - 1, Math.max(0, Math.floor(height * BLOCKS.length)))]!;
}

/** Splits into `count` groups of nearly equal size; a group of gaps is a gap. */
function groupMaxima(values: ArrayLike<number>, count: number): number[] {
  return Array.from({ length: count }, (_, group) => {
    let largest = NaN;
    const end = Math.floor(((group + 1) * values.length) / count);
    for (let i = Math.floor((group * values.length) / count); i < end; i++) {
      const value = values[i]!;
      if (!Number.isNaN(value) && !(value <= largest)) largest = value;
    }
    return largest;
  });
}
