import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/duration.js';
import { zoneOffsetMs } from './time-format.js';

/** How values map to the rows of a plot: the ticks lie on whole rows, evenly spaced. */
export interface ValueScale {
  /** Value of the centre of the lowest row, and the first tick. */
  readonly bottom: number;
  /** Difference between two ticks, in round numbers. */
  readonly step: number;
  readonly rowsPerTick: number;
}

/** Distances between marks on a time axis that people can count in. */
const TIME_STEPS_MS = [
  ...[5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 14].map((days) => days * DAY_MS),
];

/** What a round number is a power of ten times of. */
const ROUND_FACTORS = [1, 1.5, 2, 2.5, 3, 4, 5] as const;

/**
 * The scale with round ticks on which the values from `min` to `max` fill `rows` rows best.
 *
 * @param max when it is not above `min`, the scale covers one unit above `min`
 * @param rows at least 3
 */
export function valueScale(min: number, max: number, rows: number): ValueScale {
  const end = max > min ? max : min + 1;
  const spacings = [2, 3, 4, 5].filter((rowsPerTick) => rowsPerTick === 2 || 3 * rowsPerTick < rows);
  // Of spacings that fill the rows equally well, the one with about five ticks.
  spacings.sort((a, b) => Math.abs(a - rows / 5) - Math.abs(b - rows / 5));
  const scales = spacings.map((rowsPerTick) => tightestScale(min, end, rows, rowsPerTick));
  const unitsPerRow = ({ step, rowsPerTick }: ValueScale): number => step / rowsPerTick;
  return scales.reduce((best, scale) => (unitsPerRow(scale) < unitsPerRow(best) ? scale : best));
}

/**
 * Marks for a time axis, on round times of day in the zone.
 *
 * @param most about how many marks there is room for, >= 1
 * @returns the distance between marks, and the times within [`fromMs`, `toMs`]
 */
export function timeTicks(
  fromMs: number,
  toMs: number,
  most: number,
  zone: string,
): { readonly stepMs: number; readonly times: readonly number[] } {
  const stepMs = TIME_STEPS_MS.find((step) => (toMs - fromMs) / step <= most) ?? TIME_STEPS_MS.at(-1)!;
  // Zones are offset by multiples of 15 minutes, and change their offset: each candidate is judged by its own clock.
  const strideMs = Math.min(stepMs, 15 * MINUTE_MS);
  const times: number[] = [];
  for (let timeMs = Math.ceil(fromMs / strideMs) * strideMs; timeMs <= toMs; timeMs += strideMs) {
    if ((timeMs + zoneOffsetMs(timeMs, zone)) % stepMs === 0) times.push(timeMs);
  }
  return { stepMs, times };
}

function tightestScale(min: number, max: number, rows: number, rowsPerTick: number): ValueScale {
  // The topmost dot of a plot is 3/8 of a row above the centre of its row.
  const ticksAbove = (rows - 1 + 3 / 8) / rowsPerTick;
  let step = niceStep((max - min) / ticksAbove);
  // Starting at a round number below `min` can cost the room at the top.
  while (bottomOf(min, step) + ticksAbove * step < max * (1 - 1e-9)) step = niceStep(step * 1.01);
  return { bottom: bottomOf(min, step), step, rowsPerTick };
}

function bottomOf(min: number, step: number): number {
  return Math.floor(min / step + 1e-9) * step;
}

/** The smallest round number that is at least `least` (> 0). */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return (ROUND_FACTORS.find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
}
