import { MINUTE_MS } from '../core/duration.js';
import { LARGEST_LOAD, type Observation, Series } from '../core/series.js';
import type { Observations } from '../serve/keda/observations.js';
import { toGrid } from '../series/grid.js';
import { trimEnd, trimStart } from '../series/mask.js';

/** Two weeks at two minutes, the most KEDA's documentation recommends. Older samples are left out. */
const MOST_POINTS = 10_080;
/** Of a single sample, which says nothing about its spacing. */
const DEFAULT_STEP_MS = MINUTE_MS;
/** Fewer samples per stretch of rising time than this are disorder, not several series. */
const FEWEST_PER_SERIES = 10;

/** The largest time that a Date can have; beyond it, a timestamp is no time. */
const MAX_TIME_MS = 8.64e15;

/**
 * Puts samples that came as a flat list on a grid whose last point is the newest known sample.
 *
 * - Of several series one after the other (time jumps back, and covers again what was covered) the last one counts: KEDA
 *   compares the answer with its last sample.
 * - Otherwise the order does not matter; of samples for the same time the last one counts.
 * - The step is the median distance of neighbours, so that gaps do not matter.
 *
 * @returns undefined when no sample is a known number at a known time
 */
export function sentHistory(observations: Observations): Series | undefined {
  const samples = inOrder(lastSeries(knownTimes(observations)));
  const lastKnown = samples.findLastIndex(({ value }) => Number.isFinite(value));
  if (lastKnown === -1) return undefined;
  const recent = samples.slice(0, lastKnown + 1);
  const endMs = recent.at(-1)!.timeMs;
  const stepMs = medianStep(recent.slice(-MOST_POINTS));
  const steps = Math.min(MOST_POINTS - 1, Math.round((endMs - recent[0]!.timeMs) / stepMs));
  return trimEnd(trimStart(toGrid(recent, { startMs: endMs - steps * stepMs, endMs, stepMs })));
}

function knownTimes({ timesMs, values }: Observations): Observation[] {
  const known = (value: number): number => (Math.abs(value) <= LARGEST_LOAD ? value : NaN);
  return Array.from(timesMs, (timeMs, index) => ({ timeMs, value: known(values[index]!) })).filter(
    ({ timeMs }) => Math.abs(timeMs) <= MAX_TIME_MS,
  );
}

/** The samples of the last series, or all of them when they are one series. */
function lastSeries(samples: Observation[]): Observation[] {
  const starts = samples.flatMap(({ timeMs }, index) =>
    index === 0 || timeMs < samples[index - 1]!.timeMs ? [index] : [],
  );
  if (starts.length < 2 || samples.length < FEWEST_PER_SERIES * starts.length) return samples;
  const last = samples.slice(starts.at(-1));
  const before = new Set(samples.slice(0, starts.at(-1)).map(({ timeMs }) => timeMs));
  return last.some(({ timeMs }) => before.has(timeMs)) ? last : samples;
}

function inOrder(samples: Observation[]): Observation[] {
  return samples.toSorted((a, b) => a.timeMs - b.timeMs);
}

function medianStep(samples: readonly Observation[]): number {
  const distances = samples
    .slice(1)
    .map(({ timeMs }, index) => timeMs - samples[index]!.timeMs)
    .filter((distance) => distance > 0)
    .sort((a, b) => a - b);
  return distances[Math.floor((distances.length - 1) / 2)] ?? DEFAULT_STEP_MS;
}
