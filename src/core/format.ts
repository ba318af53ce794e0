/** A number for a sentence: four significant digits, no exponent between 1e-4 and 1e15, `unknown` for NaN. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'unknown';
  const rounded = Number(value.toPrecision(4));
  return rounded === 0 ? '0' : String(rounded);
}

/** A moment that may be days away for a sentence: `2026-03-07 18:40 UTC`. */
export function formatDayTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A moment for a sentence: `18:40 UTC`. */
export function formatClockTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(11, 16)} UTC`;
}
